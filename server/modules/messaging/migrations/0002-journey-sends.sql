-- What of a journey's messages has not left, or never will: read while its canvas is open.
create index sends_unsent_by_journey on messaging.sends (tenant_id, journey_id, node_id)
  where journey_id is not null and state in ('reserved', 'sending', 'failed', 'unknown');
