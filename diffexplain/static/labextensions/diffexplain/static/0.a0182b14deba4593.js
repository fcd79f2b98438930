"use strict";(self.rspackChunkdiffexplain=self.rspackChunkdiffexplain||[]).push([[0],{10(e,a,t){var n=t(11),o=t.n(n),r=t(12),i=(t.n(r))()(o());i.push([e.id,`.dx-lab-panel { display: flex; flex-direction: column; overflow: auto; padding: 4px 0 12px; background: var(--jp-layout-color1); color: var(--jp-ui-font-color1); font-size: 13px; line-height: 1.4; container-type: inline-size; outline: none; }
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
.dx-lab-opening { display: flex; flex-direction: column; align-items: center; gap: 14px; max-width: 560px; margin: 0 auto; padding: min(14vh, 120px) 16px 24px; color: var(--jp-ui-font-color1); font-size: 13px; line-height: 1.5; text-align: center; }
.dx-lab-opening [hidden] { display: none; }
.dx-lab-opening-heading { margin: 0; font-size: 16px; font-weight: 600; line-height: 1.4; overflow-wrap: anywhere; }
.dx-lab-opening-about { margin: 6px 0 0; color: var(--jp-ui-font-color2); overflow-wrap: anywhere; }
.dx-lab-opening[data-state="failed"] .dx-lab-opening-about { color: var(--jp-ui-font-color1); text-align: left; }
.dx-lab-opening-buttons { display: flex; flex-wrap: wrap; justify-content: center; gap: 8px; }
.dx-lab-opening-buttons > .dx-lab-begin { margin: 0; }
.dx-lab-spinner { width: 32px; height: 32px; border: 3px solid var(--jp-border-color2); border-top-color: var(--jp-brand-color1); border-radius: 50%; animation: dx-lab-turn 1s linear infinite; }
@keyframes dx-lab-turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .dx-lab-spinner { animation-duration: 6s; } }
`,""]),t.d(a,{},{A:i})},12(e){e.exports=function(e){var a=[];return a.toString=function(){return this.map(function(a){var t="",n=void 0!==a[5];return a[4]&&(t+="@supports (".concat(a[4],") {")),a[2]&&(t+="@media ".concat(a[2]," {")),n&&(t+="@layer".concat(a[5].length>0?" ".concat(a[5]):""," {")),t+=e(a),n&&(t+="}"),a[2]&&(t+="}"),a[4]&&(t+="}"),t}).join("")},a.i=function(e,t,n,o,r){"string"==typeof e&&(e=[[null,e,void 0]]);var i={};if(n)for(var l=0;l<this.length;l++){var p=this[l][0];null!=p&&(i[p]=!0)}for(var d=0;d<e.length;d++){var c=[].concat(e[d]);n&&i[c[0]]||(void 0!==r&&(void 0===c[5]||(c[1]="@layer".concat(c[5].length>0?" ".concat(c[5]):""," {").concat(c[1],"}")),c[5]=r),t&&(c[2]&&(c[1]="@media ".concat(c[2]," {").concat(c[1],"}")),c[2]=t),o&&(c[4]?(c[1]="@supports (".concat(c[4],") {").concat(c[1],"}"),c[4]=o):c[4]="".concat(o)),a.push(c))}},a}},11(e){e.exports=function(e){return e[1]}},3(e,a,t){t.r(a);var n=t(4),o=t.n(n),r=t(5),i=t.n(r),l=t(6),p=t.n(l),d=t(7),c=t.n(d),s=t(8),u=t.n(s),x=t(9),f=t.n(x),b=t(10),g={};g.styleTagTransform=f(),g.setAttributes=c(),g.insert=p().bind(null,"head"),g.domAPI=i(),g.insertStyleElement=u(),o()(b.A,g);let h=b.A&&b.A.locals?b.A.locals:void 0;t.d(a,{},{default:h})},4(e){var a=[];function t(e){for(var t=-1,n=0;n<a.length;n++)if(a[n].identifier===e){t=n;break}return t}function n(e,n){for(var o={},r=[],i=0;i<e.length;i++){var l=e[i],p=n.base?l[0]+n.base:l[0],d=o[p]||0,c="".concat(p," ").concat(d);o[p]=d+1;var s=t(c),u={css:l[1],media:l[2],sourceMap:l[3],supports:l[4],layer:l[5]};if(-1!==s)a[s].references++,a[s].updater(u);else{var x=function(e,a){var t=a.domAPI(a);return t.update(e),function(a){a?(a.css!==e.css||a.media!==e.media||a.sourceMap!==e.sourceMap||a.supports!==e.supports||a.layer!==e.layer)&&t.update(e=a):t.remove()}}(u,n);n.byIndex=i,a.splice(i,0,{identifier:c,updater:x,references:1})}r.push(c)}return r}e.exports=function(e,o){var r=n(e=e||[],o=o||{});return function(e){e=e||[];for(var i=0;i<r.length;i++){var l=t(r[i]);a[l].references--}for(var p=n(e,o),d=0;d<r.length;d++){var c=t(r[d]);0===a[c].references&&(a[c].updater(),a.splice(c,1))}r=p}}},6(e){var a={};e.exports=function(e,t){var n=function(e){if(void 0===a[e]){var t=document.querySelector(e);if(window.HTMLIFrameElement&&t instanceof window.HTMLIFrameElement)try{t=t.contentDocument.head}catch(e){t=null}a[e]=t}return a[e]}(e);if(!n)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");n.appendChild(t)}},8(e){e.exports=function(e){var a=document.createElement("style");return e.setAttributes(a,e.attributes),e.insert(a,e.options),a}},7(e,a,t){e.exports=function(e){var a=t.nc;a&&e.setAttribute("nonce",a)}},5(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var a=e.insertStyleElement(e);return{update:function(t){var n,o,r;n="",t.supports&&(n+="@supports (".concat(t.supports,") {")),t.media&&(n+="@media ".concat(t.media," {")),(o=void 0!==t.layer)&&(n+="@layer".concat(t.layer.length>0?" ".concat(t.layer):""," {")),n+=t.css,o&&(n+="}"),t.media&&(n+="}"),t.supports&&(n+="}"),(r=t.sourceMap)&&"u">typeof btoa&&(n+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(r))))," */")),e.styleTagTransform(n,a,e.options)},remove:function(){var e;null===(e=a).parentNode||e.parentNode.removeChild(e)}}}},9(e){e.exports=function(e,a){if(a.styleSheet)a.styleSheet.cssText=e;else{for(;a.firstChild;)a.removeChild(a.firstChild);a.appendChild(document.createTextNode(e))}}}}]);