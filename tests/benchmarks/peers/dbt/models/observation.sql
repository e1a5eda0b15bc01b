with
{% for level, below in [('city', 'county'), ('province', 'city'), ('country', 'province')] %}
{{ level }} as (
    select
        o.table_id,
        o.measure,
        a.parent as area_code,
        o.period,
        sum(o.value)::bigint as value
    from {{ ref('delivered') if loop.first else below }} as o
    inner join {{ ref('area') }} as a on o.area_code = a.code
    where a.level = '{{ below }}'
    group by all
){{ "," if not loop.last }}
{% endfor %}

select * from {{ ref('delivered') }}
union all
select * from city
union all
select * from province
union all
select * from country
