import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { describe, expect, test } from 'vitest';

const server = import.meta.dirname;
const repository = resolve(server, '..');

/** Every refusal declared in the server, with the file that declares it. */
const declared = globSync('**/*.ts', { cwd: server, exclude: ['**/node_modules/**'] })
  .filter((file) => !file.includes('.test.') && !file.startsWith('testing/'))
  .flatMap((file) =>
    [...readFileSync(resolve(server, file), 'utf8').matchAll(/\bdefineError\(\s*'([a-z0-9_]+)'/g)].map(
      ([, code = '']) => ({
        code,
        file,
      }),
    ),
  );
const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Said by the command line or to programs that send events and payment notices: no person's screen can meet them. */
const neverOnScreen = words(`
  invalid_configuration master_key_mismatch migration_changed schema_is_newer unsafe_key_file key_still_used erasure_list_broken
  snapshot_from_another_cluster seeded_otherwise foreign_warehouse
  body_unreadable origin_not_allowed write_key_missing write_key_unknown
  notice_malformed signature_wrong
`);
/** Only the mall's own pages can meet these. */
const customersOnly = words(`
  addresses_full cart_empty cart_full phone_invalid quote_changed sign_in_code_wrong submit_key_used text_messages_not_set
`);

/** The modules whose endpoints the mall calls, and what of them only staff can meet. */
const mallFiles =
  /^(platform\/(errors|route|http|files)|modules\/(mall|coupons|loyalty|referral|settlement|catalog)\/errors)\.ts$/;
const staffOnly = words(`
  not_permitted file_too_large
  coupon_batch_not_found coupon_cap_below_issued coupon_template_not_draft coupon_template_not_found
  member_not_found unknown_tier returns_more_points_than_spent points_redemption_not_found
  month_not_over
  catalog_code_taken category_in_use category_loop product_not_sellable stock_below_reserved store_has_location
`);

/** The workbench signs in, looks for customers, reads them and shows posters. */
const workbenchCodes = words(`
  not_found not_signed_in not_permitted invalid_input too_many_requests unavailable idempotency_conflict request_in_progress
  cross_site_request sign_in_refused second_factor_refused sign_in_again totp_code_wrong trace_code_invalid
  trace_unknown undecipherable
`);

const missing = (wanted: readonly { code: string; file: string }[], known: ReadonlySet<string>) =>
  wanted.filter(({ code }) => !known.has(code)).map(({ code, file }) => `${code} (${file})`);

test('refusals are found, each declared once', () => {
  expect(declared.length).toBeGreaterThan(100);
  const codes = declared.map(({ code }) => code);
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  const all = new Set(codes);
  const named = [...neverOnScreen, ...customersOnly, ...staffOnly, ...workbenchCodes];
  expect(named.filter((code) => !all.has(code))).toEqual([]);
});

describe.each(['zh-CN', 'en'])('in %s', (language) => {
  test('the console has a sentence for every refusal staff can meet', () => {
    const files = globSync(`console/src/i18n/${language}/*.json`, { cwd: repository });
    const known = new Set(
      files.flatMap((file) => {
        const texts = JSON.parse(readFileSync(resolve(repository, file), 'utf8')) as { errors?: object };
        return Object.keys(texts.errors ?? {}).map((key) => key.replace(/_(one|other)$/, ''));
      }),
    );
    expect(
      missing(
        declared.filter(({ code }) => !neverOnScreen.has(code) && !customersOnly.has(code)),
        known,
      ),
    ).toEqual([]);
  });

  test('the mall has one for every refusal a customer can meet', () => {
    const text = readFileSync(resolve(repository, `mall/src/i18n/${language.toLowerCase()}.ts`), 'utf8');
    const known = new Set([...text.matchAll(/'error\.([a-z0-9_]+)'/g)].map(([, code = '']) => code));
    const reached = declared.filter(
      ({ code, file }) =>
        (mallFiles.test(file) && !staffOnly.has(code) && !neverOnScreen.has(code)) ||
        customersOnly.has(code) ||
        code === 'brand_unknown',
    );
    expect(missing(reached, known)).toEqual([]);
  });

  test('the workbench has one for every refusal it can meet', () => {
    const texts = JSON.parse(readFileSync(resolve(repository, `workbench/src/i18n/${language}.json`), 'utf8')) as {
      errors: object;
    };
    const reached = declared.filter(({ code }) => workbenchCodes.has(code));
    expect(missing(reached, new Set(Object.keys(texts.errors)))).toEqual([]);
  });
});
