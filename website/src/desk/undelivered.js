/** Messages that did not get through: these people must be reached another way. Then the message may leave the list. */

import { postMessageSeen } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { instantText, t, word } from "../shared/i18n.js";
import { loadFailed } from "../shared/shell.js";
import { linkTo } from "./rows.js";

/** Whom it did not reach. Somebody the directory no longer has is told by the id it had for them. */
function told(message) {
  const said = { channel: word("message_channels", message.channel), at: instantText(message.at) };
  if (message.to === "writer") return t("desk.undelivered_writer", said);
  if (!message.to_name) return t("desk.undelivered_unknown", { ...said, to: message.to });
  return t("desk.undelivered_staff", { ...said, name: message.to_name, unit: message.to_unit });
}

export function undeliveredCard(messages, token, again) {
  const seen = (message) => async (event) => {
    const button = event.target;
    button.disabled = true;
    try {
      await postMessageSeen(token, message.id);
    } catch (error) {
      if (!error.kind) throw error;
      button.disabled = false;
      if (error.status !== 404) {
        button.after(loadFailed(error, again));
        return;
      }
    }
    await again();
  };
  const line = (message, place) => h("li", null, h("p", { id: `message-${place}` },
    message.tracking_code ? [h("a", { href: linkTo(message.tracking_code) }, message.number ?? message.tracking_code), " "] : null,
    told(message)),
  h("button", { type: "button", class: "secondary small", "aria-describedby": `message-${place}`, on: { click: seen(message) } }, t("desk.seen_to")));
  return h("details", { class: "card fold undelivered", open: messages.length <= 3 },
    h("summary", null, h("h2", null, t("desk.undelivered"), " ", h("span", { class: "quiet" }, String(messages.length)))), h("ul", null, messages.map(line)));
}
