/** Messages that did not get through: these people must be reached another way. Then the message may leave the list. */

import { postMessageSeen } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { instantText, t, word } from "../shared/i18n.js";
import { loadFailed } from "../shared/shell.js";
import { linkTo } from "./rows.js";

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
  const about = (message) => (message.to === "writer" ? "desk.undelivered_writer" : "desk.undelivered_staff");
  const line = (message, place) => h("li", null, h("p", { id: `message-${place}` },
    message.tracking_code ? [h("a", { href: linkTo(message.tracking_code) }, message.number ?? message.tracking_code), " "] : null,
    t(about(message), { channel: word("message_channels", message.channel), to: message.to, at: instantText(message.at) })),
  h("button", { type: "button", class: "secondary small", "aria-describedby": `message-${place}`, on: { click: seen(message) } }, t("desk.seen_to")));
  return h("details", { class: "card fold undelivered", open: messages.length <= 3 },
    h("summary", null, h("h2", null, t("desk.undelivered"), " ", h("span", { class: "quiet" }, String(messages.length)))), h("ul", null, messages.map(line)));
}
