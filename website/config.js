/**
 * What one county sets for its pages. The only file here that a county edits.
 *
 * `apiBase` is empty when the API answers on the pages' own origin. If it is another origin, that origin must also be
 * added to `connect-src` in the Content-Security-Policy line of every page.
 */
export const config = Object.freeze({
  apiBase: "",
  dataBase: "/site/data",
  language: "zh-Hans",
  timeZone: "Asia/Shanghai",
  county: "",
  office: Object.freeze({ name: "", phone: "", address: "", hours: "" }),
  icp: "",
});
