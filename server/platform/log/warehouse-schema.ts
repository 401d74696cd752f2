import type { WarehouseMigration } from '#platform/warehouse/migrate';

/**
 * The log as ClickHouse keeps it. Sorted by the immutable subject key, never by customer: a merge re-points `origin_customer_id`
 * through the override dictionary, and rows are rewritten later, in bulk. The day and not the time is in the key, so that a
 * message sent twice with a corrected time still meets itself.
 */
export const logWarehouseMigrations: readonly WarehouseMigration[] = [
  {
    name: 'log-0001-events',
    sql: `
      CREATE TABLE IF NOT EXISTS events (
        tenant_id          UInt32,
        subject_key        UInt64,
        customer_id        UInt64,
        origin_customer_id UInt64,
        event              LowCardinality(String),
        event_time         DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        received_at        DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
        ingest_seq         UInt64 CODEC(DoubleDelta, ZSTD(1)),
        message_id         String CODEC(ZSTD(1)),
        kind               Enum8('track' = 1, 'identify' = 2, 'page' = 3, 'screen' = 4, 'group' = 5, 'alias' = 6),
        source_id          UInt32,
        channel            LowCardinality(String),
        store_id           UInt32,
        session_id         String CODEC(ZSTD(1)),
        page_path          String CODEC(ZSTD(1)),
        utm_source         LowCardinality(String),
        utm_medium         LowCardinality(String),
        utm_campaign       LowCardinality(String),
        trace_code         String CODEC(ZSTD(1)),
        order_id           String CODEC(ZSTD(1)),
        product_id         String CODEC(ZSTD(1)),
        sku                String CODEC(ZSTD(1)),
        quantity           Int32,
        amount_fen         Int64,
        currency           LowCardinality(String),
        props              String CODEC(ZSTD(1)),
        ctx                String CODEC(ZSTD(1)),
        INDEX ix_seq ingest_seq TYPE minmax GRANULARITY 1,
        INDEX ix_customer customer_id TYPE bloom_filter(0.01) GRANULARITY 4,
        INDEX ix_received received_at TYPE minmax GRANULARITY 1
      ) ENGINE = ReplacingMergeTree(ingest_seq)
      PARTITION BY toYYYYMM(event_time)
      ORDER BY (tenant_id, subject_key, event, toDate(event_time), message_id)
      SETTINGS non_replicated_deduplication_window = 1000;

      CREATE TABLE IF NOT EXISTS customer_overrides (
        tenant_id          UInt32,
        origin_customer_id UInt64,
        customer_id        UInt64,
        version            UInt64
      ) ENGINE = ReplacingMergeTree(version) ORDER BY (tenant_id, origin_customer_id);

      CREATE DICTIONARY IF NOT EXISTS customer_override (
        tenant_id UInt32, origin_customer_id UInt64, customer_id UInt64
      ) PRIMARY KEY tenant_id, origin_customer_id
      SOURCE(CLICKHOUSE(QUERY 'SELECT tenant_id, origin_customer_id, argMax(customer_id, version) AS customer_id FROM customer_overrides GROUP BY tenant_id, origin_customer_id'))
      LAYOUT(COMPLEX_KEY_HASHED()) LIFETIME(0);
    `,
  },
  {
    name: 'log-0002-origin',
    sql: `
      CREATE TABLE IF NOT EXISTS log_origin (
        log_id     UUID,
        history    String,
        stamped_at DateTime64(3, 'UTC')
      ) ENGINE = MergeTree ORDER BY stamped_at;
    `,
  },
];

/** SQL for the customer of an event row today, after all merges and splits. */
export const currentCustomer = `dictGetOrDefault('customer_override', 'customer_id', (tenant_id, origin_customer_id), customer_id)`;
