/** On paper nothing can be unfolded: the days of the time limit that runs are printed as a list too. */

const FOLDED = ".clocks > .clock .day-list";

/** While `root` is being printed, what is folded there and matters on paper is open. */
export function unfoldForPrint(root) {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...root.querySelectorAll(FOLDED)].filter((each) => !each.open && !each.closest("details.folded"));
    opened.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => {
    opened.forEach((each) => { each.open = false; });
    opened = [];
  });
}
