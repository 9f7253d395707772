// Connects the parts: at most one event is chosen, at most one is hovered over, and the filters decide what is shown.

/** The whole page. */
class Page {
  constructor(story, pictures) {
    this.story = story;
    this.pictures = pictures;
    this.chosen = null;
    this.hovered = null;
    const hovered = (at) => this.hover(at);
    const chosen = (at) => this.choose(at);
    this.list = new EventList(story, { hovered, chosen, focused: (at) => this.focused(at) });
    this.panel = new Panel(story, { jumped: (at) => this.jump(at), closed: () => this.close(), revealed: () => this.reveal() });
    this.filters = new Filters(story, { changed: () => this.filter(), entered: () => this.enterList() });
    this.callbacks = { hovered, chosen: (at) => this.jump(at), pointed: (link, at) => this.point(link, at) };
  }

  async open() {
    byId("app").hidden = false;
    byId("tools").hidden = false;
    this.watch();
    this.filter();
    const { start } = this.story;
    if (start !== null && isWide()) this.choose(start);
    else if (start !== null) this.hover(start); // the panel would cover most of a small screen
    byId("legend-start").hidden = start === null;
    byId("overview").hidden = this.story.events.length < 2;
    this.curves = await Picture.draw(Curves, byId("curves"), this.pictures.curves, this.story, this.callbacks);
    if (Overview.isWorthwhile(this.story)) {
      byId("overview").classList.add("is-there");
      this.overview = await Picture.draw(Overview, byId("overview-picture"), this.pictures.overview, this.story, this.callbacks);
    }
    await this.draw();
    if (start !== null) this.list.reveal(start, "auto"); // last: the overview moves the list
    document.documentElement.dataset.ready = "true";
  }

  watch() {
    const redraw = soon(() => this.draw());
    new ResizeObserver(redraw).observe(byId("events"));
    addEventListener("resize", redraw);
    document.fonts?.ready.then(redraw);
    const read = soon(() => this.markVisible());
    for (const place of [window, byId("story")]) place.addEventListener("scroll", read, { passive: true });
    addEventListener("keydown", (happened) => this.key(happened));
    // The overview adapts to the width of the paper before printing.
    for (const [happening, isPrinting] of [["beforeprint", true], ["afterprint", false]]) {
      addEventListener(happening, () => {
        document.documentElement.classList.toggle("is-printing", isPrinting);
        this.draw();
      });
    }
    byId("zoom-in").addEventListener("click", () => this.overview.zoom(0.5));
    byId("zoom-out").addEventListener("click", () => this.overview.zoom(2));
    byId("zoom-all").addEventListener("click", () => this.overview.zoom());
    byId("theme").addEventListener("click", changeTheme);
  }

  filter() {
    this.matching = this.story.matching(this.filters.query, this.filters.contexts);
    const { events, links } = this.matching;
    this.list.show(events);
    byId("nothing").hidden = events.length > 0;
    byId("found").textContent = this.filters.isOn
      ? `${plural(events.length, "event")}, ${plural(links.length, "link")} match`
      : "";
    this.draw();
    if (isWide() && events.includes(this.chosen)) this.list.reveal(this.chosen, "auto");
    else if (isWide()) byId("story").scrollTop = 0;
  }

  draw() {
    if (!this.curves) return undefined;
    const { events, links } = this.matching;
    const width = byId("curves").clientWidth;
    document.documentElement.style.setProperty("--covered", `${byId("overview").offsetHeight}px`);
    const drawn = [this.curves.draw(this.list.places(), links, width, byId("events").clientHeight)];
    if (this.overview) drawn.push(this.overview.draw(events, links));
    this.relate();
    this.markVisible();
    return Promise.all(drawn);
  }

  get active() {
    const shown = new Set(this.matching.events);
    return [this.hovered, this.chosen].find((at) => at !== null && shown.has(at)) ?? null;
  }

  relate() {
    this.list.relate(this.active);
    this.curves?.activate(this.active);
    this.overview?.activate(this.active);
  }

  hover(at) {
    if (at === this.hovered) return;
    this.hovered = at;
    this.relate();
  }

  /** The keyboard focus is on an event: show it in the panel if that is open, else only highlight its neighbours. */
  focused(at) {
    if (at === null || !document.activeElement?.matches(":focus-visible")) return;
    if (at !== null) this.list.enter(at);
    if (this.panel.isOpen) this.choose(at);
    else this.hover(at);
  }

  choose(at) {
    this.chosen = at;
    this.hovered = null;
    this.list.choose(at);
    const wasOpen = this.panel.isOpen;
    this.list.keepInPlace(at, () => {
      this.panel.show(at);
      byId("columns").classList.add("is-reading");
    });
    if (wasOpen) this.relate();
    else this.draw();
    if (!isWide()) this.list.reveal(at);
  }

  /** Go to an event; if a filter hides it, clear the filters. */
  jump(at) {
    if (!this.matching.events.includes(at)) {
      this.filters.clear();
      this.filter();
    }
    this.choose(at);
    this.list.reveal(at);
    this.panel.focus();
  }

  reveal() {
    if (!this.matching.events.includes(this.chosen)) this.jump(this.chosen);
    this.list.reveal(this.chosen);
  }

  close() {
    const at = this.chosen;
    this.chosen = null;
    this.hovered = null;
    this.list.choose(null);
    this.list.keepInPlace(at, () => {
      this.panel.close();
      byId("columns").classList.remove("is-reading");
    });
    this.draw();
    if (at !== null && this.matching.events.includes(at)) this.list.focus(at);
  }

  enterList() {
    if (this.list.entry !== undefined) this.list.focus(this.list.entry);
  }

  key(happened) {
    if (happened.altKey || happened.ctrlKey || happened.metaKey) return;
    const isTyping = happened.target.matches?.("input");
    if (happened.key === "Escape") this.escape(happened);
    if (isTyping) return;
    if (happened.key === "/") {
      happened.preventDefault();
      this.filters.box.focus();
      this.filters.box.select();
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[happened.key];
    if (step !== undefined && !happened.defaultPrevented && this.list.entry !== undefined) {
      happened.preventDefault();
      this.list.focus(this.list.stepFrom(this.chosen ?? this.list.entry, step));
    }
  }

  /** Close the innermost open part: the list of contexts, the search, the panel. */
  escape(happened) {
    if (this.filters.drawer.open) {
      this.filters.drawer.open = false;
      this.filters.drawer.querySelector("summary").focus();
    } else if (happened.target === this.filters.box && this.filters.query) {
      this.filters.box.value = "";
      this.filter();
      happened.preventDefault();
    } else if (this.panel.isOpen) {
      this.close();
    }
  }

  /** Show the contexts of a link while the mouse is on its curve. */
  point(link, happened) {
    const tip = byId("tip");
    tip.hidden = !link || link.contexts.length === 0;
    if (tip.hidden) return;
    tip.textContent = link.contexts.join(" · ");
    tip.style.setProperty("left", `${Math.min(happened.clientX + 14, innerWidth - 280)}px`);
    tip.style.setProperty("top", `${happened.clientY + 14}px`);
  }

  markVisible() {
    if (!this.overview) return;
    const covered = byId("overview").getBoundingClientRect().bottom;
    const isOnScreen = (at) => {
      const { top, bottom } = this.list.rows[at].getBoundingClientRect();
      return bottom > covered && top < innerHeight;
    };
    const days = this.matching.events.filter(isOnScreen).map((at) => this.story.events[at].day).filter(Boolean);
    this.overview.read(days[0], days[days.length - 1]);
  }
}

/** Return a function that runs an action at most once per frame. */
function soon(action) {
  let isWaiting = false;
  return () => {
    if (isWaiting) return;
    isWaiting = true;
    requestAnimationFrame(() => {
      isWaiting = false;
      action();
    });
  };
}

function changeTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
}

const record = JSON.parse(byId("data").textContent);
new Page(new Story(record.story), record.pictures).open();
