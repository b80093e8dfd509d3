/** Which move a letter most likely waits for: it stands first, and what is rarely made is folded away. */

const LIKELY = {
  triage: ["accept", "decline", "keep_for_information"],
  assign: ["assign", "forward", "refer_up", "convert"],
  answer: ["answer", "contact_writer", "request_extension", "return"],
  contribute: ["answer", "return"],
  redo: ["answer", "contact_writer", "request_extension"],
  review: ["approve", "send_back"],
  decide_extension: ["grant_extension", "refuse_extension"],
  instruct: ["instruct", "convert", "return"],
  read: ["approve"],
  approve: ["approve", "send_back"],
  claim: ["claim"],
  publish: ["publish", "withhold"],
  spot_check: ["spot_check"],
  watch: ["urge", "supervise"],
  decide_measure: ["hold_to_account"],
  approve_excerpt: ["classify"],
};
/** For letters that are not on the list, in this order. */
const ANY = ["accept", "assign", "convert", "instruct", "approve", "answer", "claim", "urge"];
const FEW = 3;

/** The names of the usual moves among those that may be made, the likely one first. Few moves are all usual. */
export function usualMoves(entry, moves) {
  const open = moves.map((each) => each.move);
  const likely = (LIKELY[entry?.waits_for] ?? ANY).filter((move) => open.includes(move));
  const first = entry ? likely : likely.slice(0, 1);
  return open.length <= FEW || !first.length ? [...first, ...open.filter((move) => !first.includes(move))] : first;
}
