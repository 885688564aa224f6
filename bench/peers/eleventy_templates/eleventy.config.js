import rss from "@11ty/eleventy-plugin-rss";

const SIZE = 100; // articles on a page of a list
const LONG = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const KINDS = ["summits", "leaders", "themes"];

export default function (config) {
  config.addPlugin(rss);
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addFilter("shown", (date) => LONG.format(date));

  const newest = (api) => api.getFilteredByGlob("articles/*.md").reverse();

  // The articles of each term, and its pages and lists, are worked out once for all templates that need them.
  config.addCollection("newest", newest);
  config.addCollection("articlesOf", (api) => {
    const found = {};
    for (const article of newest(api)) {
      for (const slug of KINDS.flatMap((kind) => article.data[kind] ?? [])) (found[slug] ??= []).push(article);
    }
    return found;
  });
  config.addCollection("termPages", (api) => api.getFilteredByGlob(KINDS.map((kind) => `${kind}/*.md`)));
  config.addCollection("termsBySlug", (api) =>
    Object.fromEntries(
      api.getFilteredByGlob(KINDS.map((kind) => `${kind}/*.md`)).map((page) => [page.data.term, page]),
    ),
  );
  config.addCollection("olderOfTerms", (api) => {
    const counts = {};
    for (const article of newest(api)) {
      for (const slug of KINDS.flatMap((kind) => article.data[kind] ?? [])) counts[slug] = (counts[slug] ?? 0) + 1;
    }
    return api.getFilteredByGlob(KINDS.map((kind) => `${kind}/*.md`)).flatMap((page) => {
      const pages = Math.ceil((counts[page.data.term] ?? 0) / SIZE);
      return Array.from({ length: Math.max(0, pages - 1) }, (_, at) => ({ term: page, number: at + 2 }));
    });
  });
  config.addFilter("listed", (articles, number) => (articles ?? []).slice((number - 1) * SIZE, number * SIZE));
  config.addFilter("others", (articles, url) => (articles ?? []).slice(0, 6).filter((it) => it.url !== url).slice(0, 5));

  return { markdownTemplateEngine: false, htmlTemplateEngine: "njk" };
}
