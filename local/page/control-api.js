/** Requests to the control panel's API: time, faults, outcomes and costs. */

async function request(path, body) {
  const order = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`/control/api/${path}`, body === undefined ? {} : order);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

export const control = {
  state: (userId) => request(userId ? `state?user_id=${userId}` : "state"),
  taps: async (limit) => (await request(`taps?limit=${limit}`)).taps,
  items: async (id) => (await request(`people/${id}/items`)).items,
  outcome: (updateId) => request(`outcome?update_id=${updateId}`),
  passTime: (how) => request("time", how),
  panel: (faultMode) => request("faults/panel", faultMode),
  restartPanel: (id) => request("panels/restart", { server_id: id }),
  wipePanel: (id) => request("panels/wipe", { server_id: id }),
  spare: () => request("panels/spare"),
  crash: (point) => request("faults/crash", { point }),
  refuse: () => request("faults/telegram", { code: 429, retry_after: 2 }),
  loseAnswer: () => request("faults/telegram", { lose_answers: 1 }),
  slowDown: (slow) => request("faults/telegram", { slow }),
  load: (userId, app, device) => request("apps", { user_id: userId, app, device }),
  addPeople: (count) => request("people", { count }),
  grow: (what, userId) => request("growth", userId ? { what, user_id: userId } : { what }),
  kill: () => request("faults/kill", {}),
  paymentFault: (fault, value) => request("faults/payments", value ? { fault, value } : { fault }),
  providerFault: (provider, fault, value) =>
    request("faults/payments", value ? { provider, fault, value } : { provider, fault }),
  deliverAgain: (userId, times) => request("faults/deliver_again", { user_id: userId, times }),
  clear: (only) => request("faults/clear", only ? { only } : {}),
};
