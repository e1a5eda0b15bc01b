/* What is found where weighs as Sphinx has it; pages of the Python package come after all others. */
var Scorer = {
  score: ([page, title, anchor, words, score]) => (page.startsWith("reference/python") ? score - 1000 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
