// What goes wrong with a link to PostgreSQL, apart from what PostgreSQL says.

/** Its code is one of those by which a database that is away is known. */
export class LinkError extends Error {
  readonly code: "CONNECTION_SILENT" | "CONNECTION_CLOSED" | "CONNECTION_BUSY" | "CONNECT_TIMEOUT";

  constructor(code: LinkError["code"], message: string) {
    super(message);
    this.name = "LinkError";
    this.code = code;
  }
}
