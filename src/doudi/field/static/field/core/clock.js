// The phone's clock against the server's. Nothing here reads a clock.

export const DOUBTFUL_MS = 5 * 60_000;

/** Server time minus phone time, taken at the middle of a round trip. */
export const offsetOf = (serverNow, sentAt, receivedAt) => Math.round(serverNow - (sentAt + receivedAt) / 2);

/** Whether a person must be told that the phone's clock is wrong. */
export const isWrong = (offset) => Math.abs(offset ?? 0) > DOUBTFUL_MS;

/** How wrong, in words. */
export const wrongBy = (offset) => {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const size = minutes < 120 ? `${minutes} 分钟` : minutes < 2880 ? `${Math.round(minutes / 60)} 小时` : `${Math.round(minutes / 1440)} 天`;
  return `${offset > 0 ? "慢" : "快"}了 ${size}`;
};

/** The county's day (UTC+8, no summer time) of a phone's moment. */
export const dayOf = (phoneMs, offset) => new Date(phoneMs + (offset ?? 0) + 8 * 3_600_000).toISOString().slice(0, 10);

/** Days from one day to another. */
export const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** A day some days later. */
export const dayAfter = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
