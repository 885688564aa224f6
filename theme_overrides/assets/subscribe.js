// A button beside each feed that copies its address. Without a script the links are there all the same.
for (const row of navigator.clipboard ? document.querySelectorAll(".briefing-feeds li") : []) {
  const feed = row.querySelector(".briefing-meta a")
  const button = document.createElement("button")
  button.type = "button"
  button.className = "briefing-copy"
  button.textContent = "Copy address"
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(feed.href)
    button.textContent = "Copied"
    setTimeout(() => { button.textContent = "Copy address" }, 2000)
  })
  feed.parentElement.append(" ", button)
}
