// The texts that people sign, filled exactly as the server fills them: what is shown is what is sealed.

const fill = (text, words) => text.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);

/** The whole text, title first, a paragraph a line. */
export const filled = (text, words) => [text.title, ...text.paragraphs].map((part, i) => (i ? fill(part, words) : part)).join("\n");

/** What stands in the blanks of a consent. */
export const consentWords = (texts, { person, signer, sources, purpose, starts, until }) => {
  const guards = person.guarded;
  const label = (pairs, key) => pairs.find(([k]) => k === key)?.[1] ?? key;
  return {
    name: signer.name, number: signer.masked,
    capacity: guards ? `${person.name}的监护人` : "申请家庭成员或法定义务人本人",
    about: guards ? person.name : "我本人", office: texts.office, purpose: label(texts.purposes, purpose),
    sources: texts.sources.filter(([key]) => sources.includes(key)).map(([, words]) => words).join("、"),
    starts, until: `${until}（不含当日）`,
  };
};

/** What stands in the blanks of a pledge. */
export const pledgeWords = (texts, { signer, statements, more }) => ({
  name: signer.name, number: signer.masked, more: more.trim() || "无",
  statements: texts.materials.filter(([key]) => statements.includes(key)).map(([, words]) => words).join("；"),
});
