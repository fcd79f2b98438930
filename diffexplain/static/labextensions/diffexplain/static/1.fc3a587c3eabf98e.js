"use strict";(self.rspackChunkdiffexplain=self.rspackChunkdiffexplain||[]).push([[1],{24(e,a,t){var r=t(25),o=t.n(r),n=t(26),i=(t.n(n))()(o());i.push([e.id,`.dx-lab-panel { display: flex; flex-direction: column; overflow: auto; padding: 4px 0 12px; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font-size: 13px; line-height: 1.4; container-type: inline-size; outline: none; }
.dx-lab-panel [hidden] { display: none; }
.dx-lab-heading { margin: 8px 12px 0; font-size: 13px; font-weight: 600; }
.dx-lab-kernel { margin: 12px 12px 0; font-size: 12px; font-weight: 400; color: var(--jp-ui-font-color2); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.dx-lab-list { list-style: none; margin: 0; padding: 0; }
.dx-lab-card { padding: 10px 12px 6px; border-bottom: 1px solid var(--jp-border-color2); }
.dx-lab-frame { margin-bottom: 6px; }
.dx-lab-picture { max-width: 100%; max-height: 132px; border-radius: 4px; display: block; }
.dx-lab-words { min-width: 0; }
.dx-lab-title { font-weight: 600; overflow-wrap: anywhere; }
.dx-lab-subject { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.dx-lab-facts { display: flex; flex-wrap: wrap; gap: 0 10px; font-size: 12px; color: var(--jp-ui-font-color2); font-variant-numeric: tabular-nums; }
.dx-lab-state[data-state="failed"] { color: var(--jp-error-color1); }
.dx-lab-progress { display: block; width: 100%; height: 4px; margin: 4px 0 0; accent-color: var(--jp-brand-color1); }
.dx-lab-actions { display: flex; gap: 2px; margin-left: -4px; }
.dx-lab-action { display: grid; place-items: center; width: 28px; height: 28px; padding: 0; border: 0; border-radius: 4px; background: none; cursor: pointer; }
.dx-lab-action:hover { background: var(--jp-layout-color2); }
.dx-lab-action:active { background: var(--jp-layout-color3); }
.dx-lab-action[aria-disabled="true"] { opacity: .4; cursor: default; }
.dx-lab-action:focus-visible, .dx-lab-begin:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.dx-lab-action > span, .dx-lab-action svg { display: block; width: 16px; height: 16px; }
.dx-lab-action[data-action="close"] { margin-left: auto; }
.dx-lab-empty { padding: 12px; }
.dx-lab-empty > p { margin: 0 0 10px; color: var(--jp-ui-font-color2); }
.dx-lab-begin { margin: 0 8px 8px 0; }
.dx-lab-brought { overflow: auto; padding: 12px; background: var(--jp-layout-color0); }
@container (min-width: 380px) {
  .dx-lab-card { display: grid; grid-template-columns: 180px minmax(0, 1fr); gap: 0 12px; }
  .dx-lab-frame { grid-row: span 2; align-self: start; }
}
.dx-lab-icon { fill: #5b3fb5; }
body[data-jp-theme-light="false"] .dx-lab-icon { fill: #b9a4ff; }
`,""]),t.d(a,{},{A:i})},26(e){e.exports=function(e){var a=[];return a.toString=function(){return this.map(function(a){var t="",r=void 0!==a[5];return a[4]&&(t+="@supports (".concat(a[4],") {")),a[2]&&(t+="@media ".concat(a[2]," {")),r&&(t+="@layer".concat(a[5].length>0?" ".concat(a[5]):""," {")),t+=e(a),r&&(t+="}"),a[2]&&(t+="}"),a[4]&&(t+="}"),t}).join("")},a.i=function(e,t,r,o,n){"string"==typeof e&&(e=[[null,e,void 0]]);var i={};if(r)for(var l=0;l<this.length;l++){var c=this[l][0];null!=c&&(i[c]=!0)}for(var p=0;p<e.length;p++){var d=[].concat(e[p]);r&&i[d[0]]||(void 0!==n&&(void 0===d[5]||(d[1]="@layer".concat(d[5].length>0?" ".concat(d[5]):""," {").concat(d[1],"}")),d[5]=n),t&&(d[2]&&(d[1]="@media ".concat(d[2]," {").concat(d[1],"}")),d[2]=t),o&&(d[4]?(d[1]="@supports (".concat(d[4],") {").concat(d[1],"}"),d[4]=o):d[4]="".concat(o)),a.push(d))}},a}},25(e){e.exports=function(e){return e[1]}},17(e,a,t){t.r(a);var r=t(18),o=t.n(r),n=t(19),i=t.n(n),l=t(20),c=t.n(l),p=t(21),d=t.n(p),s=t(22),u=t.n(s),f=t(23),x=t.n(f),b=t(24),v={};v.styleTagTransform=x(),v.setAttributes=d(),v.insert=c().bind(null,"head"),v.domAPI=i(),v.insertStyleElement=u(),o()(b.A,v);let h=b.A&&b.A.locals?b.A.locals:void 0;t.d(a,{},{default:h})},18(e){var a=[];function t(e){for(var t=-1,r=0;r<a.length;r++)if(a[r].identifier===e){t=r;break}return t}function r(e,r){for(var o={},n=[],i=0;i<e.length;i++){var l=e[i],c=r.base?l[0]+r.base:l[0],p=o[c]||0,d="".concat(c," ").concat(p);o[c]=p+1;var s=t(d),u={css:l[1],media:l[2],sourceMap:l[3],supports:l[4],layer:l[5]};if(-1!==s)a[s].references++,a[s].updater(u);else{var f=function(e,a){var t=a.domAPI(a);return t.update(e),function(a){a?(a.css!==e.css||a.media!==e.media||a.sourceMap!==e.sourceMap||a.supports!==e.supports||a.layer!==e.layer)&&t.update(e=a):t.remove()}}(u,r);r.byIndex=i,a.splice(i,0,{identifier:d,updater:f,references:1})}n.push(d)}return n}e.exports=function(e,o){var n=r(e=e||[],o=o||{});return function(e){e=e||[];for(var i=0;i<n.length;i++){var l=t(n[i]);a[l].references--}for(var c=r(e,o),p=0;p<n.length;p++){var d=t(n[p]);0===a[d].references&&(a[d].updater(),a.splice(d,1))}n=c}}},20(e){var a={};e.exports=function(e,t){var r=function(e){if(void 0===a[e]){var t=document.querySelector(e);if(window.HTMLIFrameElement&&t instanceof window.HTMLIFrameElement)try{t=t.contentDocument.head}catch(e){t=null}a[e]=t}return a[e]}(e);if(!r)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");r.appendChild(t)}},22(e){e.exports=function(e){var a=document.createElement("style");return e.setAttributes(a,e.attributes),e.insert(a,e.options),a}},21(e,a,t){e.exports=function(e){var a=t.nc;a&&e.setAttribute("nonce",a)}},19(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var a=e.insertStyleElement(e);return{update:function(t){var r,o,n;r="",t.supports&&(r+="@supports (".concat(t.supports,") {")),t.media&&(r+="@media ".concat(t.media," {")),(o=void 0!==t.layer)&&(r+="@layer".concat(t.layer.length>0?" ".concat(t.layer):""," {")),r+=t.css,o&&(r+="}"),t.media&&(r+="}"),t.supports&&(r+="}"),(n=t.sourceMap)&&"u">typeof btoa&&(r+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(n))))," */")),e.styleTagTransform(r,a,e.options)},remove:function(){var e;null===(e=a).parentNode||e.parentNode.removeChild(e)}}}},23(e){e.exports=function(e,a){if(a.styleSheet)a.styleSheet.cssText=e;else{for(;a.firstChild;)a.removeChild(a.firstChild);a.appendChild(document.createTextNode(e))}}}}]);