/** Actions in the chat for the control panel and the tour: find a button, wait for it, press it, wait for the result. */

const TIMEOUT_MS = 20_000;

export class TooLateError extends Error {}

/** Resolve with the result of `look` as soon as it finds something in the page; reject at the timeout or the signal. */
export function until(look, { signal, timeoutMs = TIMEOUT_MS } = {}) {
  return new Promise((resolve, reject) => {
    const end = (settle, value) => {
      observer.disconnect();
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      settle(value);
    };
    const check = () => {
      const found = look();
      if (found) end(resolve, found);
    };
    const stop = () => end(reject, signal.reason);
    const observer = new MutationObserver(check);
    const timer = setTimeout(() => end(reject, new TooLateError()), timeoutMs);
    observer.observe(document.querySelector("#phones"), { childList: true, subtree: true, attributes: true, characterData: true });
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    else check();
  });
}

/** The newest button on a phone whose label contains `mark`, an emoji that is the same in every language. */
export function keyWith(phone, mark) {
  return [...phone.element.querySelectorAll(".key")].reverse().find((key) => key.textContent.includes(mark));
}

/** Wait for a button and return it. */
export const keyComes = (phone, mark, options) => until(() => keyWith(phone, mark), options);

/** The ids of all messages on a phone. */
export const messagesOn = (phone) => [...phone.element.querySelectorAll(".message")].map((message) => message.dataset.messageId);

export const TRY = "🎁";
