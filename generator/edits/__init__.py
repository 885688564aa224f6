"""An edit of words, taken into a site that is there, so that not all of it need be built again.

Most edits change words: a sentence, a figure, a title. All that was found out about the site then stays as it is:
which pages there are, what refers to what, what stands on which page and in which order. So an edit takes the
following way, and wherever it cannot go on, the site is built:

1. `adapter.unchanged` compares the sizes and times of all files with those that the last build noted. Where nothing
   differs, nothing is done; only where all that differs is content can the edit go on.
2. `amending` reads the documents that were edited, makes sure that nothing but words differs in them, and finds the
   pages that show these. It is called by `adapter.serving` for `briefing serve`, which still has the whole site in
   memory, and by `adapter.resuming` for `briefing build`, which has no more than the files of the last build.
3. What that build found out lies on the *shelf*: `shelving` writes it, `shelf` reads it (both in the form of `rows`),
   and `recalling` makes of it as much of the library and the pages as the edit asks for.
4. `adapter.rendering` renders the pages that show the words, as for a build. Pages that only list a document, or name
   it, have its new title, summary or source put in place of the former ones (`splicing`).
5. The few other files that show the words are made anew (`amending.files_beside`), all else is taken over.

What is promised: either the site has the very bytes that a build from nothing would give it, or a build begins as if
nothing had been tried. An error in this short cut is logged and has the site built (`amending.attempted`).

For all other edits there is `adapter.incremental`: a build that takes over what would be as it was.
"""
