// One message as a phone shows it.

import * as api from "./api.js";
import { el, icon, ticks } from "./dom.js";
import * as layer from "./layer.js";
import * as time from "./time.js";

const MARKS = /(\*[^\s*](?:[^*\n]*[^\s*])?\*|_[^\s_](?:[^_\n]*[^\s_])?_(?![\p{L}\p{N}])|~[^\s~](?:[^~\n]*[^\s~])?~|https?:\/\/[^\s]+)/u;
const TAGS = { "*": "b", _: "i", "~": "s" };

/** WhatsApp's own marks: *bold*, _italic_, ~struck~, and links. */
export function marked(text) {
  const found = document.createDocumentFragment();
  for (const piece of String(text).split(MARKS)) {
    if (!piece) continue;
    const tag = piece.length > 2 && MARKS.test(piece) ? TAGS[piece[0]] : undefined;
    if (tag) found.append(el(tag, { text: piece.slice(1, -1) }));
    else if (/^https?:\/\//.test(piece)) found.append(el("a", { href: piece, target: "_blank", rel: "noopener noreferrer", text: piece }));
    else found.append(piece);
  }
  return found;
}

export const said = (message) =>
  message.text || message.media?.filename || { image: "a picture", audio: "a voice note", document: "a document" }[message.media?.kind] || message.type;

const plain = (text) => String(text).replaceAll(/[*~]/g, "");

/** `context`: {name of the phone, quoted(wamid), tapped(wamid) -> set of ids, tap(message, id), choose(message), fill(message), select(message)} */
export function bubble(message, context) {
  const mine = message.direction === "in"; // written on this phone
  const body = el("div", {
    class: "bubble", tabindex: "0", role: "group",
    "aria-label": `${mine ? context.name : "Studio"}, ${time.clockText(new Date(message.at))}: ${plain(said(message))}. Why?`,
    onclick: (event) => { if (!event.target.closest("a, button")) context.select(message); },
    onkeydown: (event) => {
      if (event.target === event.currentTarget && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); context.select(message); }
    },
  });
  const quote = message.reply_to && context.quoted(message.reply_to);
  if (quote) body.append(el("p", { class: "quote", text: plain(said(quote)).split("\n")[0] }));
  if (message.media) body.append(attachment(message.media));
  if (message.header) body.append(el("p", { class: "head", text: message.header }));
  if (message.text) body.append(el("p", { class: "text" }, marked(message.text)));
  if (message.footer) body.append(el("p", { class: "foot", text: message.footer }));
  body.append(el("p", { class: "meta" }, el("time", { text: time.clockText(new Date(message.at)) }), ticks(message.status)));
  const node = el("article", { class: `message ${mine ? "mine" : "theirs"}`, data: { wamid: message.wamid } }, body);
  if (message.reacted) body.append(el("span", { class: "reacted", text: message.reacted }));
  if (message.status === "failed")
    node.append(el("p", { class: "failed", text: `Not delivered: ${message.error?.title || message.error?.message || "refused"}` }));
  const tapped = context.tapped(message.wamid);
  for (const button of message.buttons || []) node.append(action(message, button, tapped, context));
  if (message.list)
    node.append(el("button", { class: "tap", onclick: () => context.choose(message) }, icon("list", 16), el("span", { text: message.list.button })));
  return node;
}

function action(message, button, tapped, context) {
  if (button.kind === "url")
    return el("a", { class: "tap", href: button.url || button.id, target: "_blank", rel: "noopener noreferrer" }, icon("link", 15), el("span", { text: button.title }));
  const done = tapped.has(button.id);
  return el("button", {
    class: `tap${done ? " tapped" : ""}`, "aria-label": done ? `${button.title}, tapped` : button.title,
    onclick: () => (button.kind === "flow" ? context.fill(message) : context.tap(message, button.id)),
  }, icon("reply", 15), el("span", { text: button.title }));
}

function attachment(media) {
  const name = media.filename || (media.kind === "document" ? "Document" : media.kind);
  if (media.id && media.kind === "image")
    return el("button", { class: "picture", "aria-label": "Show the picture", onclick: () => layer.paper("Picture", api.media(media.id), api.media(media.id)) },
      el("img", { src: api.media(media.id), alt: "", loading: "lazy" }));
  if (media.id && media.mime_type === "application/pdf")
    return el("button", { class: "paper", "aria-label": `${name}: show it`, onclick: () => layer.paper(name, api.firstPage(media.id), api.media(media.id)) },
      el("span", { class: "page" }, el("img", { src: api.firstPage(media.id), alt: "", loading: "lazy" })),
      el("span", { class: "file" }, el("em", { text: "PDF" }), el("span", { text: name })));
  if (media.kind === "audio") return el("p", { class: "file" }, icon("mic", 18), el("span", { text: "Voice note" }));
  return el("p", { class: "file" }, el("em", { text: (name.split(".").pop() || "file").slice(0, 4).toUpperCase() }), el("span", { text: name }));
}
