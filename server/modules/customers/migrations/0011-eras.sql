-- Later eras are rare: found by their own small index instead of with every look-up of first eras.
create index identifiers_eras on customers.identifiers (tenant_id, blind_index) where era > 0;
