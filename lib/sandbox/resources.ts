// Holds uploaded images and files, up to a number of bytes; the oldest go first.
import { randomId } from "@/lib/sandbox/ids";

export type ResourceKind = "image" | "file";

export interface Resource {
  readonly key: string;
  readonly kind: ResourceKind;
  readonly fileName: string;
  readonly bytes: Buffer;
  /** The app that uploaded it; a person's upload has none. */
  readonly appId: string | undefined;
}

export class Resources {
  readonly #resources = new Map<string, Resource>();
  readonly #limitBytes: number;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  add(input: Omit<Resource, "key">): Resource {
    const resource = { ...input, key: randomId(input.kind === "image" ? "img_v3_" : "file_v3_") };
    this.put(resource);
    return resource;
  }

  put(resource: Resource): void {
    if (this.#resources.has(resource.key)) return;
    this.#resources.set(resource.key, resource);
    this.#bytes += resource.bytes.length;
    for (const oldest of this.#resources.values()) {
      if (this.#bytes <= this.#limitBytes || oldest === resource) break;
      this.#resources.delete(oldest.key);
      this.#bytes -= oldest.bytes.length;
    }
  }

  get(key: string): Resource | undefined {
    return this.#resources.get(key);
  }
}
