/** One step at a time: heading, progress, title and address of each; the browser's own Back works like ours. */

import { fill, fragment, h } from "../shared/dom.js";
import { t } from "../shared/i18n.js";

/**
 * `steps`: `[{name, title}]`. `show(name)` is called whenever another step is to be seen; `mayShow(name)` answers which one is
 * shown when that one is asked for. Returns the head's element and what moves between steps.
 */
export function stepper(steps, { mayShow, show }) {
  const heading = h("h1", { tabindex: "-1", "aria-describedby": "step-caption" });
  const caption = h("p", { class: "step-caption", id: "step-caption" });
  const marks = steps.map(() => h("li", null));
  const back = h("button", { type: "button", class: "link back-step", on: { click: goBack } }, t("write.back"));
  const element = h("div", { class: "step-head" }, back, h("ol", { class: "step-marks", "aria-hidden": "true" }, marks), caption, heading);
  let now = -1;

  const indexOf = (name) => steps.findIndex((each) => each.name === name);

  function draw(name, focus) {
    now = Math.max(0, indexOf(mayShow(name)));
    const { name: shown, title } = steps[now];
    const place = t("write.step_of", { n: now + 1, total: steps.length });
    fill(heading, title);
    fill(caption, place);
    marks.forEach((mark, index) => { mark.className = index < now ? "done" : index === now ? "now" : ""; });
    back.hidden = now === 0;
    say(false);
    show(shown);
    if (shown !== fragment()) history.replaceState(history.state, "", `#${shown}`);
    if (!focus) return;
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  }

  /** The window's title says the step, and whether there is something to correct in it. */
  function say(wrong) {
    const { title } = steps[now];
    const page = `${t("write.step_title", { title, n: now + 1, total: steps.length })} · ${t("titles.write")} · ${t("brand")}`;
    document.title = wrong ? t("errors.title", { title: page }) : page;
  }

  function go(name, { returning = false, focus = true } = {}) {
    if (name !== steps[now].name) history.pushState({ from: steps[now].name, returning }, "", `#${name}`);
    draw(name, focus);
  }

  function goBack() {
    const before = steps[now - 1].name;
    if (history.state?.from === before) history.back();
    else go(before);
  }

  const onMove = () => draw(fragment() || steps[0].name, true);
  window.addEventListener("popstate", onMove);
  return {
    element, go, say,
    next: () => go(history.state?.returning ? "check" : steps[now + 1].name),
    start: (kept) => draw(fragment() || kept || steps[0].name, false),
    current: () => steps[now].name,
    isReturning: () => Boolean(history.state?.returning),
    end: () => { window.removeEventListener("popstate", onMove); history.replaceState(null, "", location.pathname + location.search); },
  };
}
