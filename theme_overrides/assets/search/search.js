/* The search: a dialog that is opened where Material has its own, by the same keys. Its state is in the address. */

import { know, named, obstacles, search } from "./engine.js"
import { make, show } from "./results.js"
import { wanted } from "./words.js"

const language = (document.documentElement.lang || "en").toLowerCase()
const GROUPS = ["kind", "record", "summit", "leader", "theme", "outlet", "type", "year"]
const SHOWN = 8      // values of a group, before all of them are asked for
const WAIT = 150     // milliseconds after a key, before the index is asked
const MANY = 2000    // pages, from which on records are folded at first, since their facet is large
const WIDE = matchMedia("(min-width: 60em)")

const state = { query: "", picked: {}, sort: "" }
const unfolded = new Set(), whole = new Set()
let known = null, labels = new Map(), counts = {}, found = null
let turn = 0, timer = 0, narrowing = false, answered = false, going = false

// --- what stands there

const input = make("input", {
  type: "search", class: "briefing-search__input", "aria-label": "Search this site", placeholder: "Search",
  autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search",
  "aria-controls": "briefing-search-results",
})
const status = make("p", { class: "briefing-search__status", role: "status" })
const chips = make("ul", { class: "briefing-search__chips", "aria-label": "Narrowed down to" })
const list = make("ol", { class: "briefing-search__results", id: "briefing-search-results" })
const offers = make("p", { class: "briefing-search__offers" })
const further = make("button", { type: "button", class: "briefing-search__more", hidden: true }, "More results")
const sorting = make("select", { "aria-label": "Order of results" },
  make("option", { value: "" }, "Best first"), make("option", { value: "day" }, "Newest first"))
const facets = make("div", { class: "briefing-search__groups" })
const narrow = make("details", { class: "briefing-search__facets" }, make("summary", {}, "Narrow down"), facets)
const closer = make("button", { type: "button", class: "briefing-search__close", "aria-label": "Close the search" }, "×")
const dialog = make("dialog", { class: "briefing-search", "aria-label": "Search" },
  make("form", { class: "briefing-search__head", role: "search" }, input, closer),
  make("div", { class: "briefing-search__body" }, narrow,
    make("div", { class: "briefing-search__found", tabindex: "-1" },
      make("div", { class: "briefing-search__bar" }, status, make("label", {}, sorting)), chips, offers, list,
      further)))

const opener = make("button", {
  type: "button", class: "briefing-search-open md-header__button", "aria-haspopup": "dialog", "aria-keyshortcuts": "/ s f",
}, make("span", { class: "briefing-search-open__word" }, "Search"), make("kbd", { "aria-hidden": "true" }, "/"))

// --- the address

const narrowed = () => Object.values(state.picked).some(values => values.length)

const write = () => {
  const address = new URL(location.href)
  for (const key of ["q", "sort", ...GROUPS]) address.searchParams.delete(key)
  if (dialog.open) {
    address.searchParams.set("q", state.query)
    for (const [group, values] of Object.entries(state.picked)) {
      values.forEach(value => address.searchParams.append(group, value))
    }
    if (state.sort) address.searchParams.set("sort", state.sort)
  }
  history.replaceState(history.state, "", address)
}

const read = () => {
  const given = new URL(location.href).searchParams
  state.query = given.get("q") || ""
  state.sort = given.get("sort") === "day" ? "day" : ""
  const asked = GROUPS.map(group => [group, given.getAll(group)])
  state.picked = Object.fromEntries(asked.filter(([, values]) => values.length))
  Object.keys(state.picked).forEach(group => unfolded.add(group))
  input.value = state.query
  sorting.value = state.sort
}

// --- facets

const pick = (group, value, on) => {
  const rest = (state.picked[group] || []).filter(other => other !== value)
  state.picked[group] = on ? [...rest, value] : rest
  if (!state.picked[group].length) delete state.picked[group]
  run()
}

/** Returns how many results a value of a group has, or null where that is not known. */
const number = (group, [value, , total]) => {
  if (!state.query.trim() && !narrowed()) return total
  const number = counts[group]?.of[value]
  return counts[group]?.known || number === 0 ? number : null
}

const facet = (group, row) => {
  const [value, label] = row, count = number(group, row), picked = (state.picked[group] || []).includes(value)
  const box = make("input", { type: "checkbox", value, onchange: () => pick(group, value, box.checked) })
  box.checked = picked
  return make("label", { class: count !== 0 || picked ? "" : "briefing-search__none" }, box,
    make("span", {}, label), make("span", { class: "briefing-search__count" }, String(count ?? "")))
}

const fill = (fold, group, values) => {
  const picked = state.picked[group] || []
  const likely = ([value, , total]) => counts[group] ? counts[group].of[value] : total
  const ordered = ["kind", "record", "year"].includes(group) ? values : [...values].sort((a, b) =>
    picked.includes(b[0]) - picked.includes(a[0]) || likely(b) - likely(a))
  const shown = whole.has(group) ? ordered : ordered.slice(0, Math.max(SHOWN, picked.length))
  const all = make("button", { type: "button", class: "briefing-search__all", onclick: () => {
    whole.add(group)
    draw()
    facets.querySelector(`[data-group=${group}] label:nth-of-type(${SHOWN + 1}) input`)?.focus()
  } }, `All ${values.length}`)
  fold.append(...shown.map(row => facet(group, row)), ...(shown.length < ordered.length ? [all] : []))
}

const draw = () => {
  const had = document.activeElement, at = had?.closest("[data-group]")?.dataset.group
  facets.replaceChildren(...known.groups.filter(([, , values]) => values.length).map(([group, title, values]) => {
    const attributes = { "data-group": group, role: "group", "aria-label": title }
    const fold = make("details", attributes, make("summary", {}, title))
    fold.open = unfolded.has(group)
    if (fold.open) fill(fold, group, values)
    fold.addEventListener("toggle", () => {
      if (fold.open === unfolded.has(group)) return
      if (!fold.open) return unfolded.delete(group)
      unfolded.add(group)
      if (fold.childElementCount === 1) fill(fold, group, values)
      if (state.query || narrowed()) run()
    })
    return fold
  }))
  // What is drawn anew keeps the focus.
  const focused = had?.matches("input") ? `input[value="${CSS.escape(had.value)}"]` : "summary"
  if (at) facets.querySelector(`[data-group=${at}] ${focused}`)?.focus()
  chips.replaceChildren(...Object.entries(state.picked).flatMap(([group, values]) => values.map(value => {
    const label = labels.get(`${group} ${value}`) || value
    return make("li", {}, make("button", { type: "button", "aria-label": `Remove ${label}`, onclick: () => {
      pick(group, value, false)
      input.focus()
    } }, `${label} ×`))
  })))
}

// --- results

const put = answers => {
  const words = wanted(found?.mended || state.query, language)
  list.append(...answers.map(answer => show(answer, words, known.kinds)))
}

/** Says how many of how many results are shown; of a total that is not known, nothing. */
const say = total => {
  const shown = list.childElementCount, { note, over, read } = found
  if (!shown && over) return `Nothing was found${state.query ? ` for “${state.query.trim()}”` : ""}.`
  if (!shown) return `Nothing was found in the first ${read.size} pages.`
  const words = (total ?? shown) === 1 ? "result" : "results"
  const first = shown > 1 ? `The first ${shown}` : "The first"
  const number = total === null ? first : shown < total ? `${shown} of ${total}` : total
  return `${note ? `${note} ` : ""}${number} ${words}.`
}

/** Offers to drop what was picked, where that is why nothing is found. */
const offer = those => offers.replaceChildren(...those.map(groups => {
  const values = groups.flatMap(group => state.picked[group].map(value => [value, labels.get(`${group} ${value}`)]))
  const names = values.map(([value, label]) => `“${label || value}”`)
  return make("button", { type: "button", onclick: () => {
    groups.forEach(group => delete state.picked[group])
    input.focus()
    run()
  } }, `Search without ${names.join(", ")}`)
}))

/** Counts what was found, as far as that is known, and has it shown. */
const tally = async mine => {
  const groups = narrow.open ? [...unfolded] : []
  const [total, ...those] = await Promise.all([found.count(), ...groups.map(group => found.counts(group))])
  const empty = !list.childElementCount && narrowed() ? await obstacles(state) : []
  if (mine !== turn) return
  counts = Object.fromEntries(groups.map((group, at) => [group, those[at]]))
  status.textContent = say(total)
  offer(empty)
  draw()
}

/** Tells whoever looks or listens whether there is more to come. */
const busy = on => list.setAttribute("aria-busy", String(on))

/** Loads what is known before the first word. */
const ready = async () => {
  if (known) return
  known = await know()
  const total = known.groups[0][2].reduce((sum, [, , count]) => sum + count, 0)
  const first = total < MANY ? ["kind", "record"] : ["kind"]
  first.forEach(group => unfolded.add(group))
  labels = new Map(known.groups.flatMap(([group, , values]) =>
    values.map(([value, label]) => [`${group} ${value}`, label])))
}

const FAILED = "The search does not answer. Try again when the site can be reached."

/** Follows the first answer, now or when it is there. */
const go = () => {
  going = !answered
  if (answered) list.querySelector("a")?.click()
}

const run = async () => {
  const mine = ++turn
  answered = false
  busy(true)
  write()
  try {
    await ready()
    if (mine !== turn) return
    found = null
    further.hidden = true
    offer([])
    sorting.disabled = !state.query.trim() // without words there is no best
    list.replaceChildren()
    if (!state.query.trim() && !narrowed()) {
      status.textContent = "Type a word, a name or a question, or choose what to see."
      draw()
      return busy(false)
    }
    put(named(state, known))
    status.textContent = list.childElementCount ? "" : "Searching …"
    draw()
    const now = await search(state)
    if (mine !== turn) return
    found = now
    list.replaceChildren()
    put(now.first)
    answered = true
    if (going) go()
    further.hidden = now.over
    await tally(mine)
    if (mine === turn) busy(false)
  } catch (error) {
    if (mine !== turn) return
    status.textContent = FAILED
    busy(false)
    throw error
  }
}

further.addEventListener("click", async () => {
  const mine = turn, next = list.childElementCount
  busy(true)
  const results = await found.more()
  if (mine !== turn) return
  put(results)
  further.hidden = found.over
  list.children[next]?.querySelector("a").focus()
  await tally(mine)
  if (mine === turn) busy(false)
})

// --- opening it, and its keys

const open = () => {
  if (dialog.open) return
  narrowing = narrow.open = WIDE.matches
  dialog.showModal()
  input.focus()
  run()
}

const links = () => [input, ...list.querySelectorAll("a")]

const step = by => {
  const all = links(), at = all.indexOf(document.activeElement)
  if (at < 0) return false
  all[Math.min(Math.max(at + by, 0), all.length - 1)].focus()
  return true
}

input.addEventListener("input", () => {
  state.query = input.value
  turn++ // what is still looked for is of no use any more
  answered = going = false
  busy(true)
  clearTimeout(timer)
  timer = setTimeout(run, WAIT)
})

sorting.addEventListener("change", () => {
  state.sort = sorting.value
  run()
})

dialog.querySelector("form").addEventListener("submit", event => {
  event.preventDefault()
  go()
})

dialog.addEventListener("keydown", event => {
  event.stopPropagation() // the page behind has keys of its own
  if (event.key === "Escape") {
    event.preventDefault()
    dialog.close()
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (step(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault()
  }
})

closer.addEventListener("click", () => dialog.close())

dialog.addEventListener("click", event => {
  if (event.target === dialog) dialog.close()
  else if (event.target.closest("a") && event.target.closest("a").pathname === location.pathname) dialog.close()
})

narrow.addEventListener("toggle", () => {
  if (narrow.open === narrowing) return
  narrowing = narrow.open
  if (narrowing) run()
})

dialog.addEventListener("close", () => {
  if (dialog.contains(document.activeElement)) document.activeElement.blur() // or keys would still go there
  write()
})

document.addEventListener("keydown", event => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]")
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !["/", "s", "f"].includes(event.key)) return
  event.preventDefault()
  open()
})

opener.addEventListener("click", open)
document.querySelector(".md-header__inner").append(opener)
document.body.append(dialog)

/** Opens the search with what is asked for: a query and facets. */
addEventListener("briefing-search", event => {
  Object.assign(state, { query: "", sort: "", picked: {}, ...event.detail })
  Object.keys(state.picked).forEach(group => unfolded.add(group))
  input.value = state.query
  open()
})

if (new URL(location.href).searchParams.has("q")) {
  read()
  open()
}
