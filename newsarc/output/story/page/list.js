// The events as a list of buttons in chronological order, for keyboards and screen readers.

/** The list. Calls back with the place of an event that is hovered over (or null), focused, or chosen. */
class EventList {
  constructor(story, { hovered, focused, chosen }) {
    this.story = story;
    this.list = byId("events");
    this.rows = story.events.map((event, at) => this.makeRow(event, at));
    this.buttons = this.rows.map((row) => row.querySelector("button"));
    this.list.addEventListener("mouseover", (happened) => hovered(placeOf(happened.target)));
    this.list.addEventListener("mouseleave", () => hovered(null));
    this.list.addEventListener("click", (happened) => {
      const at = placeOf(happened.target);
      if (at !== null) chosen(at);
    });
    this.list.addEventListener("focusin", (happened) => {
      const at = placeOf(happened.target);
      if (at !== null) focused(at);
    });
    this.list.addEventListener("focusout", () => focused(null));
    this.list.addEventListener("keydown", (happened) => this.move(happened));
  }

  makeRow(event, at) {
    const isStart = at === this.story.start;
    const label = isStart ? element("span", { class: "start" }, "Starting event") : null;
    const topic = unsaidTopics(event);
    const button = element(
      "button",
      { type: "button", class: "event", tabindex: "-1", "aria-pressed": "false" },
      element("time", { datetime: event.day, title: event.when }, shortDate(event.day)),
      element(
        "span",
        { class: "words" },
        label,
        topic ? element("span", { class: "topic", dir: "auto", lang: event.lang }, topic) : null,
        element("span", { class: "headline", dir: "auto", lang: event.lang }, event.headline),
      ),
      element("span", { class: "relation" }),
    );
    return element("li", { class: isStart ? "row is-start" : "row", "data-at": String(at) }, button);
  }

  /** Show the events at these places, with years, and with gaps that reflect the time between them. */
  show(events) {
    const items = [];
    let before = null;
    for (const at of events) {
      const { day } = this.story.events[at];
      const days = before?.day && day ? (timeOf(day) - timeOf(before.day)) / DAY : 0;
      const isNewYear = before === null || yearOf(before.day) !== yearOf(day);
      const gap = later(days);
      if (isNewYear) items.push(heading("year-row", yearOf(day), roomForGap(days)));
      if (gap) items.push(heading(isNewYear ? "gap-row beside" : "gap-row", gap, isNewYear ? null : roomForGap(days)));
      const room = isNewYear || gap ? 0 : roomForGap(days);
      this.rows[at].style.setProperty("margin-top", `${room}px`);
      items.push(this.rows[at]);
      before = { day };
    }
    this.list.replaceChildren(...items);
    this.shown = events;
    this.enter(events.includes(this.entry) ? this.entry : events[0]);
  }

  /** Make the event at this place reachable by the Tab key, and no other. */
  enter(at) {
    if (this.entry !== undefined) this.buttons[this.entry].tabIndex = -1;
    this.entry = at;
    if (at !== undefined) this.buttons[at].tabIndex = 0;
  }

  choose(at) {
    this.buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(place === at)));
    if (at !== null) this.enter(at);
  }

  /** Mark the events that the active one links to, and those that link to it; dim all others. */
  relate(at) {
    const { story } = this;
    const targets = new Set(at === null ? [] : story.outgoing[at].map((link) => story.links[link].target));
    const sources = new Set(at === null ? [] : story.incoming[at].map((link) => story.links[link].source));
    this.rows.forEach((row, place) => {
      const isOut = targets.has(place) && place !== at;
      const isIn = sources.has(place) && place !== at;
      row.classList.toggle("is-active", place === at);
      row.classList.toggle("is-named", isOut);
      row.classList.toggle("is-naming", isIn);
      row.classList.toggle("is-apart", at !== null && place !== at && !isOut && !isIn);
      row.querySelector(".relation").textContent = isOut && isIn ? "⇄" : isOut ? "→" : isIn ? "←" : "";
    });
  }

  focus(at) {
    this.enter(at);
    this.buttons[at].focus({ preventScroll: true });
    this.reveal(at);
  }

  reveal(at, behavior = "smooth") {
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.rows[at].scrollIntoView({ block: isWide() ? "center" : "start", behavior: isCalm ? "auto" : behavior });
  }

  /** Run an action that moves the list, and scroll so that the row of the event at this place stays under the mouse. */
  keepInPlace(at, action) {
    const top = () => this.rows[at].getBoundingClientRect().top;
    const before = top();
    action();
    if (isWide()) byId("story").scrollTop += top() - before;
  }

  /** Return the place of the event so many steps from the one at `at`, or that of the last one in this direction. */
  stepFrom(at, steps) {
    const { shown } = this;
    const here = shown.indexOf(at);
    return shown[Math.max(0, Math.min(shown.length - 1, here < 0 ? 0 : here + steps))];
  }

  move(happened) {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, PageDown: 10, PageUp: -10 }[happened.key];
    const jump = { Home: -Infinity, End: Infinity }[happened.key];
    if ((steps ?? jump) === undefined || happened.altKey || happened.ctrlKey || happened.metaKey) return;
    happened.preventDefault();
    this.focus(this.stepFrom(this.entry, steps ?? jump));
  }

  /** Return the positions of the visible rows: the middle of the first line, relative to the top of the list. */
  places() {
    const top = this.list.getBoundingClientRect().top;
    return new Map(
      this.shown.map((at) => {
        const time = this.buttons[at].querySelector("time").getBoundingClientRect();
        return [at, time.top - top + time.height / 2];
      }),
    );
  }
}

function placeOf(target) {
  const row = target.closest?.("[data-at]");
  return row ? Number(row.dataset.at) : null;
}

function heading(kind, text, room) {
  const made = element("li", { class: kind }, text);
  if (room !== null) made.style.setProperty("margin-top", `${room}px`);
  return made;
}

/** Return the topics that are not prefixes of the headline, which would repeat them. */
function unsaidTopics(event) {
  return event.topics.filter((topic) => !fold(event.headline).startsWith(fold(topic))).join(" · ");
}
