/** A random UUID (version 4) that needs neither https nor crypto: it names a checkout, it guards nothing. */
export function newUuid(random: () => number = Math.random): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (mark) => {
    const digit = Math.floor(random() * 16);
    return (mark === 'x' ? digit : (digit % 4) + 8).toString(16);
  });
}
