import { describe, expect, test } from 'vitest';

import { readDataInsert, readStatement, splitStatements } from './statement.ts';

describe('the rows of an INSERT', () => {
  const cases: [statement: string, target: string, settings: string, format: string, rows: string][] = [
    ['INSERT INTO t FORMAT CSV\n1,a\n\n2,b', 'INSERT INTO t ', '', 'CSV', '1,a\n\n2,b'],
    ['INSERT INTO t FORMAT CSV \t\r\n\n1', 'INSERT INTO t ', '', 'CSV', '\n1'],
    ['INSERT INTO t FORMAT JSONEachRow {"a":1}', 'INSERT INTO t ', '', 'JSONEachRow', '{"a":1}'],
    ['insert into db.t (a, `b)`) format TSV\nx', 'insert into db.t (a, `b)`) ', '', 'TSV', 'x'],
    ["INSERT INTO t SETTINGS x = 'FORMAT' FORMAT TSV\n1", 'INSERT INTO t ', "SETTINGS x = 'FORMAT' ", 'TSV', '1'],
    [
      "INSERT INTO t /* FORMAT CSV\n */ VALUES (1, ')'), (2)",
      'INSERT INTO t /* FORMAT CSV\n */ ',
      '',
      'Values',
      "(1, ')'), (2)",
    ],
    ['INSERT INTO t VALUES -- first\n (1)', 'INSERT INTO t ', '', 'Values', '(1)'],
    ['-- note\nINSERT INTO TABLE t FORMAT Native\n\0\n\n\0', '-- note\nINSERT INTO TABLE t ', '', 'Native', '\0\n\n\0'],
    ['INSERT INTO `format` (`values`) VALUES (1)', 'INSERT INTO `format` (`values`) ', '', 'Values', '(1)'],
    ['INSERT INTO db.format FORMAT CSV\n', 'INSERT INTO db.format ', '', 'CSV', ''],
    ["INSERT INTO FUNCTION null('a UInt8') VALUES (1)", "INSERT INTO FUNCTION null('a UInt8') ", '', 'Values', '(1)'],
  ];

  test.each(cases)('are found behind the head: %s', (statement, target, settings, format, rows) => {
    const insert = readDataInsert(statement);
    expect(insert).toMatchObject({ target, settings, format });
    expect(statement.slice(insert?.dataAt)).toBe(rows);
  });

  test.each([
    'SELECT 1 FORMAT CSV\n1',
    'INSERT INTO t SELECT 1',
    'INSERT INTO t (a) WITH 1 AS x SELECT x',
    'CREATE TABLE t (a UInt8)',
    '',
  ])('are not seen where there are none: %s', (statement) => {
    expect(readDataInsert(statement)).toBeUndefined();
  });

  test.each([
    ["INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", 48],
    ['INSERT INTO t FORMAT CSV;1', 62],
    ["INSERT INTO FUNCTION file('/tmp/x') FORMAT CSV\n1", 497],
    ["INSERT INTO FUNCTION `url`('http://x') VALUES (1)", 497],
  ])('are refused: %s', (statement, code) => {
    expect(() => readDataInsert(statement)).toThrow(`Code: ${code}.`);
  });
});

describe('a statement', () => {
  test.each([
    ['SELECT 1', { body: 'SELECT 1', format: undefined, tail: '' }],
    ['SELECT 1 FORMAT JSON', { body: 'SELECT 1 ', format: 'JSON', tail: '' }],
    ['SELECT 1 FORMAT JSON SETTINGS a = 1;', { body: 'SELECT 1 ', format: 'JSON', tail: ' SETTINGS a = 1' }],
    ["SELECT format('{}', 1) AS format FROM t", { body: "SELECT format('{}', 1) AS format FROM t", format: undefined }],
    ["(SELECT 1 FROM format(CSV, '1')) UNION ALL (SELECT 2) FORMAT CSV", { format: 'CSV' }],
    ['WITH 1 AS x SELECT x', { format: undefined }],
  ])('that returns rows names its format: %s', (sql, query) => {
    expect(readStatement(sql)).toMatchObject({ kind: 'query', query });
  });

  test.each([
    ['SET max_threads = 1', 'sticky'],
    ['USE other', 'sticky'],
    ['CREATE TEMPORARY TABLE t (a UInt8)', 'sticky'],
    ['CREATE TABLE t (a UInt8) ENGINE = Memory', 'other'],
    ['INSERT INTO t SELECT 1', 'other'],
    ['SHOW TABLES FORMAT CSV', 'other'],
    ["SELECT 'INTO OUTFILE', `infile`", 'query'],
    [
      "CREATE DICTIONARY d (a UInt8) PRIMARY KEY a SOURCE(CLICKHOUSE(QUERY 'SELECT 1')) LAYOUT(FLAT()) LIFETIME(0)",
      'other',
    ],
    ['KILL QUERY WHERE 1 ASYNC', 'other'],
  ])('that is allowed is told apart: %s', (sql, kind) => {
    expect(readStatement(sql).kind).toBe(kind);
  });

  test.each([
    ['SELECT 1; DROP TABLE t', 62],
    ["SELECT ';' ; /* ; */ SELECT 2", 62],
    ['SELECT 1 \\G DROP TABLE t', 62],
    ['', 62],
    ['/* nothing */ ;', 62],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 48],
    ['KILL QUERY WHERE 1 SYNC', 48],
    ['WITH 1 AS x INSERT INTO t VALUES (1)', 48],
    ["INSERT INTO t SELECT * FROM input('a UInt8') FORMAT CSV\n1", 48],
    ['SYSTEM SHUTDOWN', 497],
    ["SELECT * FROM file('/etc/passwd')", 497],
    ["SELECT * FROM/**/`file`/**/('/etc/passwd')", 497],
    ["SELECT file('/etc/passwd')", 497],
    ["CREATE TABLE t (a String) ENGINE = URL('http://169.254.169.254/', CSV)", 497],
    ["SELECT * FROM s3Cluster('c', 'http://x')", 497],
    [
      "CREATE DICTIONARY d (a UInt8) PRIMARY KEY a SOURCE(CLICKHOUSE(HOST 'x' TABLE 't')) LAYOUT(FLAT()) LIFETIME(0)",
      497,
    ],
    ["ATTACH TABLE t FROM '/tmp/x' (a UInt8) ENGINE = MergeTree ORDER BY a", 497],
    ["BACKUP TABLE t TO File('/tmp/x')", 497],
  ])('that a server would refuse is refused: %s', (sql, code) => {
    expect(() => readStatement(sql)).toThrow(`Code: ${code}.`);
  });
});

test('a script is cut at its semicolons, not at those in quotes and comments', () => {
  const script =
    "-- one; of\nCREATE TABLE a (x String DEFAULT ';');\n\n/* ; */ CREATE TABLE b (y UInt8);\n-- the end;\n";
  expect(splitStatements(script)).toEqual([
    "-- one; of\nCREATE TABLE a (x String DEFAULT ';')",
    '/* ; */ CREATE TABLE b (y UInt8)',
  ]);
});
