const guarded = /^["'\s]*[=+\-@＝＋－＠\t\r\0]/;

/**
 * A row of CSV that no spreadsheet runs as a formula: a cell that starts like one (also behind quotes or spaces, also full-width) gets
 * an apostrophe in front, which our own import takes off again.
 */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(safeCell).join(',')}\r\n`;
}

function safeCell(cell: string): string {
  const text = guarded.test(cell) ? `'${cell}` : cell;
  return /[",\r\n\t\0']/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}
