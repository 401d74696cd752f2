export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query, from the shop's root. */
  readonly url: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
}
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}
export interface ShareMessage {
  readonly title: string;
  /** Page path with query, e.g. `pages/product/index?id=…&t=…`. */
  readonly page: string;
  readonly pictureUrl?: string | null;
}
/** Everything the shop needs from where it runs; nothing else may know whether that is a browser or WeChat. */
export interface Platform {
  readonly kind: 'h5' | 'weapp';
  /** Puts a path of the server into a form the platform can load. */
  address(path: string): string;
  /** The full address of a short link, for posters and copying. */
  fullAddress(path: string): string;
  request(request: HttpRequest): Promise<HttpAnswer>;
  read(key: string): string | null;
  write(key: string, value: string | null): void;
  preferredLanguage(): string;
  /** `url` is a page path such as `pages/cart/index?x=1`. */
  open(url: string): void;
  replace(url: string): void;
  openTab(page: string): void;
  back(): void;
  usePageParams(): Readonly<Record<string, string>>;
  /** Runs when the page comes into view, the first time included. */
  useOnShow(run: () => void): void;
  useReachEnd(run: () => void): void;
  setTitle(title: string): void;
  setLanguage(language: string): void;
  /** Lets the platform's own share menu carry this page. */
  useShareMessage(message: () => ShareMessage): void;
  /** Opens the platform's share menu; false where only copying remains. */
  share(message: ShareMessage): Promise<boolean>;
  copy(text: string): Promise<boolean>;
  paste(): Promise<string>;
  /** The signed-in phone number where the platform gives it; null: ask for a code. */
  readPhoneNumber(): Promise<string | null>;
  /** Asks leave to send service messages; true when given. */
  subscribe(templateIds: readonly string[]): Promise<boolean>;
  /** Reads a QR code by camera; null when given up or unavailable. */
  scanCode(): Promise<string | null>;
  /** Pays with the platform's own wallet; `unavailable` sends the buyer to the shop's cashier page. */
  pay(parameters: Readonly<Record<string, string>> | null): Promise<'paid' | 'cancelled' | 'unavailable'>;
  /** Fetches a picture of the server; answers with a source for a picture element that can also be saved. */
  fetchPicture(path: string): Promise<string>;
  savePicture(source: string, name: string): Promise<boolean>;
}
