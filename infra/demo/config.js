/** What the demo county sets for its pages: the stand gives this in place of website/config.js. */
export const config = Object.freeze({
  apiBase: "",
  dataBase: "/site/data",
  language: "zh-Hans",
  timeZone: "Asia/Shanghai",
  county: "云溪县",
  office: Object.freeze({ name: "云溪县政务服务和信箱受理中心", phone: "0000-0000000", address: "云溪县云溪大道1号", hours: "工作日 8:30–17:30" }),
  icp: "",
});
