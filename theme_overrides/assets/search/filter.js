/* Lists of records narrowed down by the facets of the search. Without this script they are whole. */

import { know } from "./engine.js"

const GROUPS = ["leader", "summit", "theme", "outlet", "type", "year"]
const rows = [...document.querySelectorAll("[data-facets]")].map(mark => ({
  element: mark.closest("figure, li"),
  facets: mark.dataset.facets.split(" "),
}))
const picked = new Set()
let labels = new Map()

const make = (name, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(name), attributes)
  element.append(...children)
  return element
}

const group = facet => facet.slice(0, facet.indexOf(":"))

/** Tells whether a record has one of the picked facets of each group but `besides`. */
const fits = ({ facets }, besides) => GROUPS.every(key => {
  const those = [...picked].filter(facet => group(facet) === key)
  return key === besides || !those.length || those.some(facet => facets.includes(facet))
})

const status = make("p", { className: "briefing-filter__status" })
status.setAttribute("role", "status")
const groups = make("div", { className: "briefing-search__groups briefing-filter__groups" })
const everywhere = make("button", { type: "button", className: "briefing-search__all" }, "Search in all of them")

const counted = key => {
  const counts = new Map()
  for (const row of rows.filter(row => fits(row, key))) {
    const own = row.facets.filter(facet => group(facet) === key)
    own.forEach(facet => counts.set(facet, (counts.get(facet) || 0) + 1))
  }
  return counts
}

const draw = () => {
  for (const fold of groups.querySelectorAll("details")) {
    const counts = counted(fold.dataset.group)
    for (const label of fold.querySelectorAll("label")) {
      const count = counts.get(label.firstChild.value) || 0
      label.lastChild.textContent = count
      label.classList.toggle("briefing-search__none", !count)
    }
  }
}

const apply = () => {
  rows.forEach(row => { row.element.hidden = !fits(row) })
  for (const list of document.querySelectorAll(".briefing-records")) {
    const empty = ![...list.querySelectorAll("[data-facets]")].some(mark => !mark.closest("figure, li").hidden)
    list.hidden = empty
    if (list.previousElementSibling?.matches("h2")) list.previousElementSibling.hidden = empty
  }
  const shown = rows.filter(row => !row.element.hidden).length
  status.textContent = picked.size ? `${shown} of the ${rows.length} on this page.` : ""
  everywhere.hidden = !picked.size
  draw()
}

const write = () => {
  const address = new URL(location.href)
  GROUPS.forEach(key => address.searchParams.delete(key))
  picked.forEach(facet => address.searchParams.append(group(facet), facet.slice(facet.indexOf(":") + 1)))
  history.replaceState(history.state, "", address)
}

const pick = (facet, on) => {
  if (on) picked.add(facet)
  else picked.delete(facet)
  write()
  apply()
}

const fold = (key, title) => {
  const counts = [...counted(key)].sort((a, b) => key === "year" ? b[0].localeCompare(a[0]) : b[1] - a[1])
  const details = make("details", { open: counts.some(([facet]) => picked.has(facet)) }, make("summary", {}, title),
    ...counts.map(([facet]) => {
      const box = make("input", { type: "checkbox", value: facet, checked: picked.has(facet) })
      box.addEventListener("change", () => pick(facet, box.checked))
      return make("label", {}, box, make("span", {}, labels.get(facet) || facet),
        make("span", { className: "briefing-search__count" }))
    }))
  details.dataset.group = key
  details.setAttribute("role", "group")
  details.setAttribute("aria-label", title)
  return counts.length > 1 ? [details] : []
}

everywhere.addEventListener("click", () => {
  const kept = {}
  const record = rows[0].facets.find(facet => group(facet) === "record").slice("record:".length)
  picked.forEach(facet => (kept[group(facet)] ||= []).push(facet.slice(facet.indexOf(":") + 1)))
  dispatchEvent(new CustomEvent("briefing-search", { detail: { picked: { ...kept, record: [record] } } }))
})

const begin = async () => {
  const known = await know()
  labels = new Map(known.groups.flatMap(([key, , values]) =>
    values.map(([value, label]) => [`${key}:${value}`, label])))
  const asked = new URL(location.href).searchParams
  if (!asked.has("q")) {
    const all = new Set(rows.flatMap(({ facets }) => facets))
    GROUPS.flatMap(key => asked.getAll(key).map(value => `${key}:${value}`)).filter(facet => all.has(facet))
      .forEach(facet => picked.add(facet))
  }
  groups.append(...GROUPS.flatMap(key => fold(key, known.groups.find(([other]) => other === key)[1])))
  const box = make("details", { className: "briefing-filter", open: picked.size > 0 },
    make("summary", {}, "Narrow down"), groups, everywhere)
  document.querySelector(".briefing-summary").after(box, status)
  apply()
}

if (rows.length > 1) begin()
