"""From a query to candidate events: `query_plan` → `candidate_id_sources` → `candidates`; `page_tokens` continue an answer. `resource_values` are the values of a resource."""
