/* Paper: links to sources, and what is not printed, get the address that is printed, the one that the page is
   published at. */
(() => {
  "use strict"

  const part = fold => {
    let heading = fold
    while (heading && !heading.matches("h2")) heading = heading.previousElementSibling
    return heading ? `#${heading.id}` : ""
  }

  addEventListener("beforeprint", () => {
    const canonical = document.querySelector("link[rel=canonical]")
    const published = canonical ? canonical.href : location.href
    document.querySelectorAll(".footnote a[href]:not(.footnote-backref), .briefing-all a[href]").forEach(link => {
      link.dataset.address = new URL(link.getAttribute("href"), published).href
    })
    document.querySelectorAll("details.briefing-more > summary").forEach(summary => {
      summary.dataset.address = published + part(summary.parentElement)
    })
    document.querySelectorAll(".md-content__inner").forEach(page => { page.dataset.address = published })
  })
})();

/* Footnotes: the way back from a note leads to the citation that was followed to it; without this script to the first. */
document.addEventListener("click", event => {
  const citation = event.target instanceof Element && event.target.closest("a.footnote-ref")
  const note = citation && document.getElementById(decodeURIComponent(citation.hash.slice(1)))
  if (!note) return
  const mark = citation.parentElement
  mark.id ||= `citation-${[...document.querySelectorAll("a.footnote-ref")].indexOf(citation)}`
  note.querySelector(".footnote-backref").hash = mark.id
});

/* Previews: what a citation cites, and what a link to a summit, leader or theme leads to, on hover and on focus.

   Without this script all of them are links. A preview can be dismissed (Escape), pointed at, and stays until the
   pointer and the focus have left (WCAG 1.4.13). It stands behind its link in the page, so that the keyboard reaches
   what is in it, and in the top layer, so that no table cuts it off. */
(() => {
  "use strict"
  if (!HTMLElement.prototype.showPopover) return

  const base = new URL("..", document.currentScript.src)
  const LINKS = ".md-content a[href]:not(.briefing-preview a, .footnote-backref, .briefing-feed-link)"
  const OPEN_AFTER = 250, CLOSE_AFTER = 250, GAP = 6, EDGE = 8
  const files = new Map()
  let link = null, box = null, timer = 0, dismissed = null

  const load = path => {
    if (!files.has(path)) {
      files.set(path, fetch(new URL(path, base)).then(answer => answer.ok ? answer.json() : {}).catch(() => ({})))
    }
    return files.get(path)
  }

  const note = of => {
    const id = of.matches("a.footnote-ref") && decodeURIComponent(new URL(of.href).hash.slice(1))
    const item = id && document.getElementById(id)
    if (!item) return null
    const copy = item.cloneNode(true)
    copy.querySelectorAll(".footnote-backref").forEach(back => back.remove())
    return [...copy.childNodes]
  }

  const place = of => {
    const url = new URL(of.href)
    const here = url.pathname === location.pathname || !url.href.startsWith(base.href)
    return here ? null : /^([a-z0-9-]+)\/([a-z0-9-]+)(?:\/(?:index\.html)?|\.html)$/.exec(
      url.pathname.slice(base.pathname.length))
  }

  const part = (name, words) => Object.assign(document.createElement("p"), { className: name, textContent: words })

  const summary = async of => {
    const [, folder, slug] = place(of) || []
    if (!folder) return null
    const found = (await load("previews.json"))[folder]
    const entries = typeof found === "string" ? await load(`${found}${slug[0]}.json`) : found
    const entry = entries && Object.hasOwn(entries, slug) && entries[slug]
    return entry ? ["title", "line", "sentence"].map((name, at) => part(`briefing-preview-${name}`, entry[at])) : null
  }

  const put = () => {
    const rects = link.getClientRects()
    if (!rects.length) return close()
    const last = rects[rects.length - 1]
    const below = last.bottom + GAP, above = rects[0].top - GAP - box.offsetHeight
    const top = below + box.offsetHeight > innerHeight - EDGE && above >= EDGE ? above : below
    const left = Math.min(last.left, document.documentElement.clientWidth - EDGE - box.offsetWidth)
    box.style.top = `${top}px`
    box.style.left = `${Math.max(left, EDGE)}px`
  }

  const close = () => {
    clearTimeout(timer)
    if (box) box.remove()
    if (link) link.removeAttribute("aria-describedby")
    link = box = null
  }

  const open = async of => {
    if (of === link) return
    close()
    link = of
    const content = note(of) || await summary(of)
    if (link !== of || !content) return link === of ? close() : undefined
    box = document.createElement("span")
    box.id = "briefing-preview"
    box.className = "briefing-preview"
    box.popover = "manual"
    box.append(...content)
    of.after(box)
    of.setAttribute("aria-describedby", box.id)
    box.showPopover()
    put()
  }

  const later = (run, wait) => {
    clearTimeout(timer)
    timer = setTimeout(run, wait)
  }

  const inside = target => target instanceof Node && box && box.contains(target)
  const held = () => link && (document.activeElement === link && link.matches(":focus-visible") ||
    inside(document.activeElement))
  const hovered = () => link && (link.matches(":hover") || box && box.matches(":hover"))
  const leave = () => later(() => held() || hovered() || close(), CLOSE_AFTER)
  const linkAt = target => target instanceof Element ? target.closest(LINKS) : null

  document.addEventListener("pointerover", event => {
    if (event.pointerType === "touch") return
    const over = linkAt(event.target)
    if (over !== dismissed) dismissed = null
    if (over && over === link || inside(event.target)) clearTimeout(timer)
    else if (over && over !== dismissed) later(() => open(over), OPEN_AFTER)
    else leave()
  })

  document.addEventListener("focusin", event => {
    const on = linkAt(event.target)
    if (inside(event.target) || on && on === link) clearTimeout(timer)
    else if (on && on.matches(":focus-visible")) open(on)
  })

  document.addEventListener("focusout", event => {
    if (link && !inside(event.relatedTarget) && event.relatedTarget !== link) leave()
  })

  document.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !link) return
    if (inside(document.activeElement)) link.focus()
    dismissed = link
    close()
  })

  // A finger has no hover: the first tap on a citation shows its source, the second follows it.
  document.addEventListener("click", event => {
    const on = linkAt(event.target)
    if (event.pointerType === "touch" && on && on !== link && note(on)) {
      event.preventDefault()
      open(on)
    } else if (!inside(event.target)) {
      close()
    }
  })

  addEventListener("scroll", () => box && put(), { capture: true, passive: true })
  addEventListener("resize", () => box && put())
})();

/* A link to each record and heading, to be copied. There is only one, which comes to where the pointer or the focus
   is, or where a finger taps; from there the arrow keys take it to the others. So a page of hundreds of records has
   one stop of the Tab key more, and not a byte. It has no text, which would be found and copied with the page's. */
(() => {
  "use strict"
  const PLACES = ".md-content :is(h2, h3, h4, h5, h6)[id], .briefing-statement[id], " +
    ".briefing-records li:has(> span[id], > p > span[id])"
  const NAMES = { point: "key point", watch: "event to watch" }
  const link = Object.assign(document.createElement("a"), { className: "briefing-anchor" })
  link.setAttribute("aria-keyshortcuts", "ArrowDown ArrowUp")

  const placeOf = target => target instanceof Element ? target.closest(PLACES) : null

  const nameOf = (place, id) => {
    const kind = id.slice(0, id.indexOf("-"))
    return place.matches("figure, li") ? NAMES[kind] || kind : "section"
  }

  const show = on => link.classList.toggle("briefing-anchor--shown", on)

  const put = place => {
    const { id } = place.id ? place : place.querySelector(":scope > span[id], :scope > p > span[id]")
    const last = place.querySelector(":scope > figcaption > p:last-child, :scope > p:last-of-type") || place
    link.href = `#${encodeURIComponent(id)}`
    link.setAttribute("aria-label", `Link to this ${nameOf(place, id)}`)
    if (link.parentElement === last) return
    last.append(link)
    link.style.marginLeft = ""
    const beyond = link.getBoundingClientRect().right - document.documentElement.clientWidth
    if (beyond > 0) link.style.marginLeft = `${-beyond}px` // or a phone could be scrolled sideways
  }

  const point = place => {
    if (place) put(place)
    show(Boolean(place))
  }

  document.addEventListener("pointerover", event => {
    // A finger has no hover, and the keyboard keeps what it is at.
    if (event.pointerType !== "touch" && !link.matches(":focus-visible")) point(placeOf(event.target))
  })

  document.addEventListener("click", event => {
    if (event.pointerType === "touch" && event.target !== link) point(placeOf(event.target))
  })

  document.addEventListener("focusin", event => {
    if (event.target === link) return
    const place = placeOf(event.target), first = document.querySelector(PLACES)
    if (!place && !link.isConnected && first) put(first)
    point(place)
  })

  link.addEventListener("keydown", event => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
    const places = [...document.querySelectorAll(PLACES)].filter(place => place.checkVisibility())
    const next = places[places.indexOf(placeOf(link)) + (event.key === "ArrowDown" ? 1 : -1)]
    event.preventDefault()
    if (!next) return
    put(next)
    link.focus()
  })
})();
