// The story: its events and links, their neighbours, and the events that match the filters.

/** The story from the JSON in the page. Events and links are identified by their places in it. */
class Story {
  constructor(record) {
    setFolding(record.folding);
    this.start = record.start;
    this.events = record.events;
    this.links = record.links;
    this.outgoing = this.events.map(() => []); // the links from each event
    this.incoming = this.events.map(() => []); // the links to each event
    this.links.forEach((link, at) => {
      this.outgoing[link.source].push(at);
      this.incoming[link.target].push(at);
    });
    this.texts = this.events.map((event, at) => fold(this.wordsOf(event, at)));
  }

  wordsOf(event, at) {
    const contexts = [...this.outgoing[at], ...this.incoming[at]].flatMap((link) => this.links[link].contexts);
    const sources = event.sources.map((source) => source.label);
    return [event.headline, event.day ?? "", ...event.topics, event.summary ?? "", ...sources, ...contexts].join("\n");
  }

  /** Return the contexts of all links with their numbers of links, most frequent first. */
  contexts() {
    const counts = new Map();
    for (const link of this.links) {
      for (const name of link.contexts) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [...counts].sort((one, other) => other[1] - one[1] || one[0].localeCompare(other[0]));
  }

  degree(at) {
    return this.outgoing[at].length + this.incoming[at].length;
  }

  /** Return the places of the events and links that match a query and a set of contexts (empty: all). */
  matching(query, contexts) {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const has = (link) => contexts.size === 0 || link.contexts.some((name) => contexts.has(name));
    const links = this.links.map((_, at) => at).filter((at) => has(this.links[at]));
    const linked = new Set(links.flatMap((at) => [this.links[at].source, this.links[at].target]));
    const events = this.events
      .map((_, at) => at)
      .filter((at) => contexts.size === 0 || linked.has(at))
      .filter((at) => words.every((word) => this.texts[at].includes(word)));
    const shown = new Set(events);
    return { events, links: links.filter((at) => shown.has(this.links[at].source) && shown.has(this.links[at].target)) };
  }
}
