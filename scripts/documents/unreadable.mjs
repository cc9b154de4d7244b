// Why a document cannot be read: a key below `reasons.reading` in the text catalogs.

export class Unreadable extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}
