/** Lets a bug reach the platform's own report of errors (window.onerror, App.onError) while the page goes on. */
export function reportBug(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}
