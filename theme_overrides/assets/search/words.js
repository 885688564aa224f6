/* Words: how they are compared, and which of a query matter. */

const SAME = { "’": "'", "ʼ": "'", "ı": "i", "ß": "ss", "ø": "o", "ł": "l", "đ": "d" }

/** Returns text without case, accents and marks: Ōe and OE are one. */
export const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
  .replace(/[’ʼıßøłđ]/g, letter => SAME[letter])

/** Returns the words of a text, folded; what a hyphen joins is two. */
export const split = text => fold(text).replace(/'s\b/g, "").match(/[\p{L}\p{N}]+(?:[.,']\p{N}+)*/gu) || []

// What a question is asked with, in English. Other languages keep all of their words.
const LITTLE = new Set((
  "a about an and are as at be been but by did do does for from had has have he her his how i in into is it its many " +
  "much not of on or over said say says she so than that the their them they this to tell told us was we were what " +
  "when where which who whom whose why will with would you your").split(" "))

/** Returns the words that a query looks for: without those that only ask, unless there are no others. */
export const wanted = (query, language) => {
  const all = split(query)
  const kept = language.startsWith("en") ? all.filter(word => !LITTLE.has(word)) : all
  return [...new Set(kept.length ? kept : all)]
}

const stem = word => word.replace(/(?:ings?|edly|ed|ers?|es|s|ly|ments?)$/, "").replace(/(.)\1$/, "$1")

/** Tells whether a word of a text is one that is looked for: it begins with it, or both are forms of one word. */
export const same = (word, asked) => {
  if (/\p{N}/u.test(asked)) return word.startsWith(asked) && !/^[\p{N}.,]/u.test(word.slice(asked.length))
  if (word.startsWith(asked)) return true
  const a = stem(word), b = stem(asked)
  return b.length > 2 && (a === b || a.length > 2 && a.replace(/e$/, "") === b.replace(/e$/, ""))
}

/** Returns how many steps of writing lie between two words, or more than `most` (Damerau and Levenshtein). */
export const distance = (a, b, most) => {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before = [], last = [...Array(b.length + 1).keys()]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(row[j], before[j - 2] + 1)
    }
    [before, last] = [last, row]
  }
  return last[b.length]
}

/** Returns the known word that a mistyped one is nearest to; nothing where none is near. */
export const nearest = (word, known) => {
  const most = word.length < 4 ? 0 : word.length < 7 ? 1 : 2
  let best = null, least = most + 1
  for (const other of known) {
    const steps = distance(word, other, most)
    if (steps < least) [best, least] = [other, steps]
  }
  return best
}
