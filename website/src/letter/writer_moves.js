/** The moves a writer can make: in which order they are offered, and the short form of each. */

import { list, t } from "../shared/i18n.js";
import { movesOf } from "./moves.js";

/** After an answer its rating comes first. */
const ORDER = ["rate", "supplement", "reopen", "withdraw"];
const long = (title, description) => ({ type: "string", title, description, maxLength: 5000, format: "textarea" });

/** The server's own form, with the pages' words for its text. */
function supplementSchema(schema) {
  const properties = { ...schema?.properties, body: { ...long(t("writer_moves.supplement"), t("writer_moves.supplement_help")) } };
  return { ...schema, required: ["body"], properties };
}

const FORMS = {
  rate: () => ({
    help: "",
    schema: {
      required: ["score"],
      properties: {
        score: {
          type: "integer", title: t("writer_moves.score"), "x-widget": "radio",
          oneOf: list("writer_moves.scores").map((title, index) => ({ const: index + 1, title })).reverse(),
        },
        comment: long(t("writer_moves.comment"), t("writer_moves.comment_help")),
      },
    },
  }),
  supplement: (move) => ({ schema: supplementSchema(move.schema) }),
  reopen: () => ({ schema: { required: ["reason"], properties: { reason: long(t("writer_moves.reopen_reason"), t("writer_moves.reopen_help")) } } }),
  withdraw: () => ({ help: t("writer_moves.withdraw_help"), schema: { properties: {} } }),
};

/** As `movesOf`, for the writer's own page. */
export function writerMoves(moves) {
  const known = (Array.isArray(moves) ? moves : []).map((each) => (typeof each === "string" ? { move: each } : each));
  const place = ({ move }) => (ORDER.indexOf(move) + ORDER.length + 1) % (ORDER.length + 1);
  return movesOf(known.map((each) => ({ ...each, ...(FORMS[each.move]?.(each) ?? {}) }))).sort((one, other) => place(one) - place(other));
}

/** What has happened, once it has. */
export function doneText(move, title) {
  const text = t(`writer_moves.done_${move}`);
  return text.startsWith("writer_moves.") ? t("move.done", { title }) : text;
}
