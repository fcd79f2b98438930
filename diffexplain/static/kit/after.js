import{noRuns as m}from"./runs.js";var s=(o,...r)=>r.reduce((e,[t,n,c=1],f)=>o(e,{kind:t,run:c,number:f,data:n}),m());export{s as after};
