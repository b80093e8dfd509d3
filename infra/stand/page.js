/** The stand's own page. It shows what others say only as text; nothing here is part of the deployed product. */

const $ = (id) => document.getElementById(id);
const JOBS = { sweep: "提醒与催办", dispatch: "发送通知", close_day: "台账日结", publish: "公开数据", reports: "生成报告", reconcile: "核对", calendar_watch: "检查放假安排", fetch: "收取外来来信", spot_checks: "抽取抽查来信" };
const ROLES = { centre: "受理中心", handler: "承办人", direct_responsible: "直接责任人", first_responsible: "第一责任人", leader: "领导", inspector: "督查", auditor: "审计" };
const FILE_GROUPS = [["reports/", "报告"], ["ledger/", "台账"], ["site/", "公开数据"]];
let people = new Map();
let shown = "";
let clock = null;

function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) element.setAttribute(name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

async function call(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/_stand/${path}`, { cache: "no-store", ...options });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title);
  return answer;
}

function moment(text) {
  return text ? new Intl.DateTimeFormat("zh-CN", { dateStyle: "full", timeStyle: "medium", timeZone: "Asia/Shanghai" }).format(new Date(text)) : "";
}

function short(text) {
  return text ? text.slice(0, 16).replace("T", " ") : "";
}

function showClock(view) {
  clock = view;
  $("now").textContent = moment(view.now);
  $("now").dateTime = view.now;
  $("next").textContent = view.next_due ? `下一次提醒：${short(view.next_due)}` : "目前没有要提醒的时限。";
  $("to-next").disabled = !view.next_due;
  if (document.activeElement !== $("moment")) $("moment").value = view.now.slice(0, 16);
}

/** The text with its links made clickable. */
function linked(text, links) {
  const parts = [];
  let rest = text;
  for (;;) {
    const found = links.map((link) => [rest.indexOf(link), link]).filter(([at]) => at >= 0).sort(([a, x], [b, y]) => a - b || y.length - x.length)[0];
    if (!found) return [...parts, rest];
    const [at, link] = found;
    parts.push(rest.slice(0, at), h("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link.length > 70 ? `${link.slice(0, 60)}…` : link));
    rest = rest.slice(at + link.length);
  }
}

/** What the reader has unfolded stays so when the list is made anew. */
function openIn(list) {
  return new Set([...list.querySelectorAll("details[open]")].map((each) => each.dataset.key));
}

function whoIs(to) {
  const person = people.get(to);
  return person ? `${person.name}（${person.unit_name}）` : to;
}

function messageItem(message, open) {
  const sms = message.channel === "sms";
  return h("li", null, h("details", { "data-key": message.id, ...(open.has(message.id) ? { open: "" } : {}) },
    h("summary", null, h("span", { class: "head" },
      h("span", null, h("span", { class: sms ? "badge sms" : "badge" }, sms ? "短信" : "邮件"), " ", h("span", { class: "to" }, whoIs(message.to))),
      h("span", { class: "quiet" }, short(message.at))),
    sms ? message.text : message.subject),
    h("p", { class: "quiet" }, "收件人：", message.to),
    h("div", { class: "text" }, linked(message.text, message.links))));
}

async function showMessages() {
  const { messages } = await call("messages");
  const to = $("to").value;
  const wanted = messages.filter((message) => !to || message.to === to).reverse();
  const state = `${to}|${messages.length}|${people.size}`;
  if (state === shown) return;
  shown = state;
  $("count").textContent = `${messages.length} 封`;
  const open = openIn($("messages"));
  $("messages").replaceChildren(...wanted.slice(0, 500).map((message) => messageItem(message, open)));
  const addresses = [...new Set(messages.map((message) => message.to))];
  $("to").replaceChildren(h("option", { value: "" }, "全部"), ...addresses.map((each) => h("option", { value: each }, whoIs(each))));
  $("to").value = addresses.includes(to) ? to : "";
}

async function showPeople() {
  const { contacts } = await call("contacts");
  people = new Map(contacts.map((contact) => [contact.email, contact]));
  const units = new Map();
  for (const contact of contacts) units.set(contact.unit_name, [...(units.get(contact.unit_name) ?? []), contact]);
  const open = openIn($("people"));
  $("people").replaceChildren(...[...units].map(([unit, members]) => group(unit, open, members.map((contact) =>
    h("li", null, h("a", { href: contact.desk, target: "_blank", rel: "noopener noreferrer" }, contact.name), " ",
      h("span", { class: "quiet" }, contact.roles.map((role) => ROLES[role] ?? role).join("、")))))));
}

function group(title, open, items) {
  return h("details", { "data-key": title, ...(open.has(title) ? { open: "" } : {}) }, h("summary", null, title, " ", h("span", { class: "quiet" }, String(items.length))), h("ul", { class: "plain" }, items));
}

async function showFiles() {
  const { objects } = await call("objects/");
  const open = openIn($("files"));
  const groups = FILE_GROUPS.map(([prefix, title]) => [title, objects.filter(({ key }) => key.startsWith(prefix))]).filter(([, found]) => found.length);
  $("files").replaceChildren(...(groups.length ? groups.map(([title, found]) => group(title, open, found.map(({ key, url }) =>
    h("li", null, h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, key))))) : [h("p", { class: "quiet" }, "还没有文件。过了一天，日结后就有台账；过了一周，就有周报。")]));
}

function tell(text, bad = false) {
  $("said").textContent = text;
  $("said").className = bad ? "bad" : "";
}

async function doing(words, work) {
  const buttons = document.querySelectorAll("button");
  tell(words);
  buttons.forEach((button) => { button.disabled = true; });
  try {
    tell((await work()) ?? "");
  } catch (error) {
    tell(error.message, true);
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
    await refresh();
    await Promise.all([showFiles(), showPeople()]);
  }
}

async function moveClock(request) {
  await doing("时钟移动中……", async () => {
    showClock(await call("clock", { ...request, run_jobs: $("run-jobs").checked }));
    return "时钟已移动。";
  });
}

async function refresh() {
  try {
    showClock(await call("clock"));
    await showMessages();
  } catch {
    tell("演示环境没有应答。", true);
  }
}

$("moves").addEventListener("click", (event) => {
  const { advance } = event.target.dataset;
  if (advance) moveClock({ advance: JSON.parse(advance) });
});
$("to-next").addEventListener("click", () => {
  const due = new Date(clock.next_due).getTime();
  moveClock({ now: new Date(Math.ceil(due / 300000) * 300000 + 1000).toISOString() });
});
$("set").addEventListener("submit", (event) => {
  event.preventDefault();
  moveClock({ now: `${$("moment").value.slice(0, 16)}:00+08:00` });
});
$("to").addEventListener("change", showMessages);

const { jobs } = await call("jobs");
$("jobs").append(...jobs.map((name) => {
  const button = h("button", { type: "button", title: name }, JOBS[name] ?? name);
  button.addEventListener("click", () => doing("任务运行中……", async () => `${JOBS[name] ?? name}：${JSON.stringify((await call(`jobs/${name}`, {})).result)}`));
  return button;
}));
await showPeople();
await Promise.all([refresh(), showFiles()]);
setInterval(refresh, 3000);
