// Whatever a person does here pauses the day that plays by itself, and is told in words when it cannot be done.

import * as api from "./api.js";
import { toast } from "./notice.js";

let playing = false;
export const setPlaying = (state) => { playing = state; };

/** Do a person's act; resolves to its answer, or undefined if it was refused. */
export async function act(work) {
  try {
    if (playing) { playing = false; await api.setPlay({ state: "paused" }); }
    return await work();
  } catch (error) {
    toast(error instanceof api.Refused ? sentence(error.message) : "The local studio does not answer.");
    return undefined;
  }
}

const sentence = (text) => {
  const trimmed = String(text).trim();
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
};
