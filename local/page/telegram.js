/** The page's connection to the fake Telegram: requests, and a stream of events. */

async function request(method, path, body) {
  const response = await fetch(`/chat/api/${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

const invoicePath = (id, link) => `people/${id}/invoices/${encodeURIComponent(link.slice(link.indexOf("$") + 1))}`;

export const telegram = {
  state: () => request("GET", "state"),
  newPerson: (name, language) => request("POST", "people", { name, language }),
  change: (id, change) => request("PATCH", `people/${id}`, change),
  messages: (id) => request("GET", `people/${id}/messages`),
  groupMessages: (chatId) => request("GET", `groups/${chatId}/messages`),
  write: (id, message) => request("POST", `people/${id}/messages`, message),
  edit: (id, messageId, change) => request("PATCH", `people/${id}/messages/${messageId}`, change),
  press: (id, label, people) => request("POST", `people/${id}/presses`, { label, people }),
  tap: (id, tap) => request("POST", `people/${id}/taps`, tap),

  sheet: (id, link) => request("GET", invoicePath(id, link)),
  pay: (id, link) => request("POST", invoicePath(id, link)),
  checkout: (checkoutId) => request("GET", `checkouts/${checkoutId}`),
  stars: (id) => request("GET", `people/${id}/stars`),
  changeStars: (id, change) => request("POST", `people/${id}/stars`, change),

  /**
   * Receive all events; `onConnection` is called with true or false when the connection opens or fails. The browser
   * reconnects automatically. Resolves after the first such call.
   */
  listen(onEvent, onConnection) {
    const stream = new EventSource("/chat/api/events");
    addEventListener("pagehide", () => stream.close());
    stream.onmessage = (message) => onEvent(JSON.parse(message.data));
    return new Promise((known) => {
      const report = (connected) => {
        onConnection(connected);
        known();
      };
      stream.onopen = () => report(true);
      stream.onerror = () => report(false);
    });
  },
};
