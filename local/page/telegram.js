/** The page's line to the fake Telegram: requests, and a stream of what happens. */

async function request(method, path, body) {
  const response = await fetch(`/chat/api/${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

export const telegram = {
  state: () => request("GET", "state"),
  newPerson: (name, language) => request("POST", "people", { name, language }),
  change: (id, change) => request("PATCH", `people/${id}`, change),
  messages: (id) => request("GET", `people/${id}/messages`),
  write: (id, text, replyTo) => request("POST", `people/${id}/messages`, { text, reply_to: replyTo }),
  tap: (id, messageId, row, column, atOnce) =>
    request("POST", `people/${id}/taps`, { message_id: messageId, row, column, at_once: atOnce }),

  /**
   * Listen to everything that happens; `onLine` hears whether the line stands. The browser reconnects by itself.
   * Resolves once it is known for the first time.
   */
  listen(onEvent, onLine) {
    const stream = new EventSource("/chat/api/events");
    addEventListener("pagehide", () => stream.close());
    stream.onmessage = (message) => onEvent(JSON.parse(message.data));
    return new Promise((known) => {
      const tell = (stands) => {
        onLine(stands);
        known();
      };
      stream.onopen = () => tell(true);
      stream.onerror = () => tell(false);
    });
  },
};
