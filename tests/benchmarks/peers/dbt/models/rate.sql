select
    n.table_id,
    n.measure,
    n.area_code,
    n.period,
    case when d.value > 0 then ((2000 * n.value + d.value) // (2 * d.value))::bigint end as tenths
from {{ ref('observation') }} as n
inner join {{ ref('observation') }} as d using (table_id, area_code, period)
where d.measure = 'm02' and n.measure <> 'm02'
