// Photos, a voice note, a signature: kept on the phone at once, sent later.

import * as media from "../media.js";
import { h, icon, nextId, say } from "../ui.js";

const keep = async (desk, kind, bytes, more = {}) => {
  const file = {
    id: crypto.randomUUID(), kind, size: bytes.length, digest: await media.digest(bytes), taken_at: new Date(desk.now()).toISOString(),
    offset_ms: desk.meta.offset, place: await more.place ?? null, thumb: more.thumb ?? "", words: more.words ?? "", state: "waiting", record: null,
  };
  await desk.keepFile(file, bytes);
  return file.id;
};

/** The row of shots. `ids` are the files there are, `onchange(ids)` is told of more and fewer. */
export const shots = (desk, ids, onchange, { voice = true, whole = "照片和录音" } = {}) => {
  let have = [...ids];
  const problem = h("p.error", { role: "alert" });
  const row = h("div.shots");
  const set = (next) => { have = next; onchange(have); paint(); };
  const drop = (id) => async () => { await desk.dropFile(id); set(have.filter((one) => one !== id)); };
  const take = async (event) => {
    problem.textContent = "";
    for (const picked of event.target.files) {
      try {
        const place = media.whereabouts();
        const { bytes, thumb } = await media.photo(picked);
        set([...have, await keep(desk, "photo", bytes, { thumb, place })]);
        say("照片已存在手机里");
      } catch (error) { problem.textContent = `这张照片没有存下来：${error.message}`; }
    }
  };
  const paint = () => {
    row.replaceChildren(
      ...have.filter((id) => desk.files[id]).map((id) => tile(desk.files[id], drop(id))),
      h("label.shot", {}, h("span", {}, icon("camera"), "拍照"),
        h("input", { type: "file", accept: "image/*", capture: "environment", "aria-label": "拍照", id: nextId(), onchange: take })),
      voice && media.canRecord() ? voiceButton(async (bytes, seconds) => set([...have, await keep(desk, "voice", bytes, { words: `${seconds} 秒` })]), problem) : "");
  };
  paint();
  return h("section.blk", {}, h("h2", {}, whole, h("small", {}, "自动带时间、位置")), row, problem);
};

const tile = (file, drop) => {
  const name = file.kind === "voice" ? `录音 ${file.words}` : "照片";
  return h("button.shot.full", { type: "button", "aria-label": `${name}，点一下删除`, onclick: async (event) => {
    if (event.currentTarget.dataset.sure) { await drop(); return; }
    event.currentTarget.dataset.sure = "1";
    event.currentTarget.replaceChildren("再点一下", h("br"), "就删除");
  } }, file.thumb ? h("img", { src: file.thumb, alt: "" }) : h("span", {}, icon("mic"), file.words));
};

const voiceButton = (onkept, problem) => {
  let running = null;
  const button = h("button.shot", { type: "button", onclick: async () => {
    try {
      if (!running) {
        running = await media.recording();
        button.classList.add("on");
        button.replaceChildren(h("span", {}, icon("mic"), "点一下停"));
        return;
      }
      const { bytes, seconds } = await running.stop();
      running = null;
      await onkept(bytes, seconds);
    } catch { problem.textContent = "没有麦克风，或没有允许录音。可以把要说的写下来"; }
  } }, h("span", {}, icon("mic"), "录音"));
  return button;
};

/** A pad with its label and a way to clear it. */
export const signPad = (label, onink, already = false) => {
  const canvas = h("canvas.pad", { role: "img", "aria-label": `${label}：请用手指或笔在框里签名` });
  const state = h("small", { role: "status" }, already ? "已签" : "还没有签");
  const clear = media.pad(canvas, (url) => { state.textContent = url ? "已签" : "还没有签"; onink(url); });
  return h("div", {}, h("h2", {}, label, state), canvas, h("button.btn.txt", { type: "button", onclick: clear }, "清除重签"));
};

/** A drawn signature as a file of the visit. */
export const keepSignature = (desk, url) => keep(desk, "signature", media.bytesOf(url), { place: null });
