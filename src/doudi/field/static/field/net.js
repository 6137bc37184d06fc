// Asking the server. What went wrong is one of four things, and each has its own remedy.

export class Offline extends Error {}   // try again later
export class SignedOut extends Error {} // sign in again
export class Erased extends Error {}    // this phone must forget everything
export class Refused extends Error {}   // a person must look

const PATIENCE = 30_000;
let token = "";

const ask = async (path, options = {}) => {
  const sentAt = Date.now();
  let response;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    response = await fetch(path, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: stop.signal, ...options });
    if (response.type === "opaqueredirect" || response.status === 401) throw new SignedOut();
    if (response.status >= 500 || response.status === 429) throw new Offline(String(response.status));
    const said = await read(response);
    if (response.status === 410 && said.erase) throw new Erased();
    if (!response.ok) throw new Refused(said.problems?.map((p) => p.message).join("；") || `出错了（${response.status}）`);
    return { said, sentAt, receivedAt: Date.now() };
  } catch (error) {
    if ([SignedOut, Offline, Erased, Refused].some((kind) => error instanceof kind)) throw error;
    throw new Offline(error.message);
  } finally {
    clearTimeout(timer);
  }
};

const read = async (response) => {
  if (response.status === 403 && !/json/.test(response.headers.get("Content-Type") ?? "")) throw new Refused("您没有入户核实的权限，请联系安全管理员");
  return response.json();
};

export const me = async () => {
  const found = await ask("me/");
  token = found.said.csrf;
  return found;
};
const send = (path, body, type = "application/json") =>
  ask(path, { method: "POST", body, headers: { "Content-Type": type, "X-CSRFToken": token } });

export const register = (device, name) => send("register/", JSON.stringify({ device, name }));
export const pull = (device, have) => send("pull/", JSON.stringify({ device, have }));
export const push = (device, records) => send("push/", JSON.stringify({ device, sent_at: new Date().toISOString(), records }));
export const chunk = (query, bytes) => send(`chunk/?${new URLSearchParams(query)}`, bytes, "application/octet-stream");
export const mustErase = async (device) => (await ask(`state/?device=${device}`)).said.erase;
export const erased = (device, unsent) => ask("erased/", { method: "POST", body: JSON.stringify({ device, unsent }) });
