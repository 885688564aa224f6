/* Finding: which pages and records answer a query, in which order, and how many there are. Pagefind says which pages
   may have the words; whether they do is seen when these are looked into. Nothing is counted before. */

import { hasAll, listed, lookInto } from "./answers.js"
import { fold, nearest, split, wanted } from "./words.js"

const base = new URL("../..", import.meta.url)
const language = (document.documentElement.lang || "en").toLowerCase()
const LOADED = 20    // pages that are looked into at a time
const LOOKED = 3     // times that this is done for results, and so that they can be counted
const SHOWN = 20     // results that are shown at a time
const PINNED = 3     // names that stand first
const RANKING = { metaWeights: { title: 6, aka: 6, line: 0.2, filed: 0.2 } }

let directory = null, engine = null

/** Returns what is known before the first word: facets with their counts, names, and the parts of the index. */
export const know = () => directory ||= fetch(new URL("search.json", base)).then(answer => {
  if (!answer.ok) throw new Error(`search.json: ${answer.status}`)
  return answer.json()
}).then(prepare).catch(error => {
  directory = null // so that it is tried again
  throw error
})

const prepare = found => {
  const names = found.groups.filter(([key]) => found.places[key]).flatMap(([key, , values]) =>
    values.map(([slug, title, count, line, ...aliases]) => {
      const { pathname: href } = new URL(found.places[key].replace("*", slug).slice(1), base)
      return { kind: key, slug, title, count, line, href, words: "", forms: [title, ...aliases].map(split) }
    }))
  const words = new Set(names.flatMap(name => name.forms.flat()).filter(word => word.length > 3))
  return { ...found, known: names, words, titles: new Map(names.map(({ slug, title }) => [slug, title])) }
}

const start = () => engine ||= know().then(async ({ parts, main }) => {
  const folder = new URL("pagefind/", base)
  const pagefind = await import(new URL(`${main}/pagefind.js`, folder))
  await pagefind.options({ ranking: RANKING, metaCacheTag: parts[main] })
  await pagefind.init()
  const others = Object.keys(parts).filter(part => part !== main)
  await Promise.all(others.map(part =>
    pagefind.mergeIndex(new URL(`${part}/`, folder).pathname, { ranking: RANKING, metaCacheTag: parts[part] })))
  return pagefind
}).catch(error => {
  engine = null
  throw error
})

/** Returns the names that are looked for and stand first, the likeliest before the others. */
export const named = ({ query, picked: { kind = [], ...rest }, sort }, { known }) => {
  const asked = split(query)
  if (!asked.length || sort || Object.values(rest).some(values => values.length)) return []
  return known.map(name => {
    const fits = name.forms.filter(form => asked.every(word => form.some(other => other.startsWith(word))))
    const whole = name.forms.some(form => form.join(" ") === asked.join(" "))
    return { ...name, whole, near: Math.max(0, ...fits.map(form => asked.length / form.length)) }
  }).filter(name => name.whole || name.near > 0 && asked.join("").length > 2)
    .filter(name => !kind.length || kind.includes(name.kind))
    .sort((a, b) => b.whole - a.whole || b.near - a.near || b.count - a.count).slice(0, PINNED)
}

/** Returns the query, and the same with each name in it written in the other ways that the thing has. */
const spellings = (asked, { known }) => {
  const found = [asked], text = ` ${asked.join(" ")} `
  for (const { forms } of known) {
    const form = forms.find(words => words.length && text.includes(` ${words.join(" ")} `))
    if (!form) continue
    for (const other of [...forms].sort((a, b) => a.length - b.length)) {
      const written = text.replace(` ${form.join(" ")} `, ` ${other.join(" ")} `).trim().split(" ")
      // A longer name finds nothing that a word of it has not found.
      if (!found.some(words => words.every(word => written.includes(word)))) found.push(written)
    }
  }
  return found.slice(0, 4)
}

const some = picked => Object.values(picked).some(values => values.length)

const filters = (picked, open = []) => Object.fromEntries([
  ...open.map(group => [group, []]), // asks for the counts of a group, and narrows nothing
  ...Object.entries(picked).filter(([, values]) => values.length).map(([group, values]) => [group, { any: values }]),
])

/** Returns the results of several queries, each once. */
const together = found =>
  [...new Map(found.flatMap(({ results }) => results).map(result => [result.id, result])).values()]

/** Yields results by day, year after year, since a part of the index has an order of its own pages only. */
async function* newest(ask, everything, picked, years) {
  const seen = new Set()
  for (const year of picked.year?.length ? years.filter(year => picked.year.includes(year)) : years) {
    const found = together(await ask({ filters: filters({ ...picked, year: [year] }), sort: { day: "desc" } }))
    found.forEach(({ id }) => seen.add(id))
    yield* found
  }
  yield* everything.filter(({ id }) => !seen.has(id))
}

/** A search that was begun: `more()` returns the next results, and `count()` how many there are, if that is known.

    `ask` asks Pagefind, and `everything` is what it answered: pages, of which `lookInto` tells what answers. */
class Found {
  constructor(state, terms, known, ask, everything) {
    Object.assign(this, { state, terms, known, ask, everything, done: false, note: "" })
    this.wordless = !terms.asked[0].length
    this.byDay = this.wordless || state.sort === "day"
    this.best = Math.max(...everything.map(({ score }) => score), 1e-9)
    const years = this.values("year").map(([year]) => year)
    this.source = this.byDay ? newest(ask, everything, state.picked, years) : everything.values()
    this.pinned = named(state, known)
    this.read = new Map() // pages that were looked into, by their names in the index
    this.waiting = []     // results that were not shown yet
  }

  values(group) {
    return this.known.groups.find(([key]) => key === group)?.[2] || []
  }

  lookInto(pages) {
    return Promise.all(pages.map(page => {
      const score = this.byDay ? 0 : page.score / this.best
      if (!this.read.has(page.id)) {
        this.read.set(page.id, page.data().then(data => lookInto(data, score, this.terms)))
      }
      return this.read.get(page.id)
    }))
  }

  /** Looks into the next pages, whose results wait then in their order. */
  async next() {
    const pages = []
    while (pages.length < LOADED && !this.done) {
      const { value, done } = await this.source.next()
      if (done) this.done = true
      else pages.push(value)
    }
    const results = (await this.lookInto(pages)).flatMap(page => listed(page, this.state.picked))
    const found = new Map(results.map(result => [result.href, result]))
    this.pinned = this.pinned.map(name => found.get(name.href) || name)
    this.pinned.forEach(({ href }) => found.delete(href))
    this.waiting.push(...found.values())
    if (!this.byDay) this.waiting.sort((a, b) => b.rank - a.rank)
  }

  async more(number = SHOWN) {
    for (let times = 0; times < LOOKED && this.waiting.length < number && !this.done; times++) await this.next()
    return this.waiting.splice(0, number)
  }

  /** Begins: has the names that stand first and the first results as `first`. */
  async begin() {
    const results = await this.more(SHOWN - this.pinned.length)
    this.first = [...this.pinned, ...results]
    return this
  }

  /** Tells whether there are no more results than were returned. */
  get over() {
    return this.done && !this.waiting.length
  }

  /** Returns what of pages is listed under facets, if there are few pages or all of them have been looked into. */
  async listing(pages) {
    if (pages.length > LOADED * LOOKED && !pages.every(({ id }) => this.read.has(id))) return null
    const answers = await this.lookInto(pages)
    return picked => {
      const pinned = named({ ...this.state, picked }, this.known).map(({ href }) => href)
      return new Set([...pinned, ...answers.flatMap(page => listed(page, picked)).map(({ href }) => href)]).size
    }
  }

  /** Returns how many results there are, or null. */
  async count() {
    const { record = [], ...rest } = this.state.picked
    if (this.wordless && !record.length) return this.everything.length // that are pages, all of them
    if (this.wordless && !some(rest)) {
      return this.values("record").reduce((sum, [value, , total]) => sum + (record.includes(value) ? total : 0), 0)
    }
    return (await this.listing(this.everything))?.(this.state.picked) ?? null
  }

  /** Returns how many results there are with each value of a group, as if nothing else of it were picked: `of` is
      known to be that, or else the number of pages that may have some. */
  async counts(group) {
    const { [group]: own = [], ...rest } = this.state.picked
    const every = number => Object.fromEntries(this.values(group).map(([key, , total]) => [key, number(key, total)]))
    if (this.wordless && !some(rest)) return { known: true, of: every((_, total) => total) }
    const onlyPages = this.wordless && group !== "record" && !rest.record?.length
    const pages = own.length ? together(await this.ask({ filters: filters(rest) })) : this.everything
    const number = onlyPages ? null : await this.listing(pages)
    if (number) return { known: true, of: every(key => number({ ...rest, [group]: [key] })) }
    const found = (await this.ask({ filters: filters(rest, [group]) })).map(({ filters: all }) => all[group] || {})
    return { known: onlyPages, of: every(key => Math.max(0, ...found.map(counts => counts[key] || 0))) }
  }
}

/** Returns what stands in quotation marks where that is all of the query. */
const quoted = query => /^\s*["“].+["”]\s*$/.test(query) ? fold(query).replace(/["“”]/g, "").trim() : ""

const attempt = async (state, asked, known) => {
  const pagefind = await start()
  const phrase = quoted(state.query)
  const spelt = phrase || !asked.length ? [asked] : spellings(asked, known)
  const queries = phrase ? [`"${phrase}"`] : asked.length ? spelt.map(words => words.join(" ")) : [null]
  const ask = options => Promise.all(queries.map(text => pagefind.search(text, options)))
  const pages = together(await ask({ filters: filters(state.picked) })).sort((a, b) => b.score - a.score)
  return new Found(state, { asked: spelt, phrase, titles: known.titles }, known, ask, pages).begin()
}

/** Returns those words that stand on no page. Pagefind compares them by their stems, so that one page is looked at. */
const unknown = async (asked, { titles }) => {
  const pagefind = await start()
  const stands = async word => {
    const { results: [first] } = await pagefind.search(`"${word}"`)
    return first && lookInto(await first.data(), 0, { asked: [[word]], phrase: "", titles }).answers
  }
  const found = await Promise.all(asked.map(stands))
  return asked.filter((_, at) => !found[at])
}

/** Returns what answers a query with facets; `note` says what was done to find it, `mended` as what it was read. */
export const search = async state => {
  const known = await know()
  const asked = wanted(state.query, language)
  // Pagefind takes a number that no page has for another that it begins with.
  if ((await unknown(asked.filter(word => /^\p{N}+$/u.test(word)), known)).length) {
    return new Found(state, { asked: [asked], phrase: "", titles: known.titles }, known, async () => [], []).begin()
  }
  const found = await attempt(state, asked, known)
  if (found.first.length || !asked.length || quoted(state.query)) return found
  const instead = async (words, note) => {
    const other = await attempt({ ...state, query: words.join(" ") }, words, known)
    return other.first.length && Object.assign(other, { note, mended: words.join(" ") })
  }
  const strange = await unknown(asked, known)
  const mended = asked.map(word => strange.includes(word) && nearest(word, known.words) || word)
  if (mended.join() !== asked.join()) {
    const note = `Nothing has “${state.query.trim()}”. This is for “${mended.join(" ")}”.`
    const better = await instead(mended, note)
    if (better) return better
  }
  // Where something is picked, that may be why nothing is found, and not a word.
  for (const left of asked.length > 2 && !some(state.picked) ? asked : []) {
    const note = `Nothing has all of these words. This is without “${left}”.`
    const fewer = await instead(asked.filter(word => word !== left), note)
    if (fewer) return fewer
  }
  return found
}

/** Returns the groups of facets without which something is found: each that is enough alone, or else all of them. */
export const obstacles = async state => {
  const groups = Object.keys(state.picked)
  const without = async those => {
    const picked = Object.fromEntries(Object.entries(state.picked).filter(([group]) => !those.includes(group)))
    return (await search({ ...state, picked })).first.length ? [those] : []
  }
  const alone = (await Promise.all(groups.map(group => without([group])))).flat()
  return alone.length || groups.length < 2 ? alone : without(groups)
}
