{% if var('loaded') %}
select * from raw.returns
{% else %}
select
    * exclude (filename),
    split_part(filename, '/', -3) as table_id,
    split_part(filename, '/', -2)::integer as folder_year
from
    read_csv(
        '{{ var("job") }}/returns/*/*/*.csv',
        header = true,
        delim = ',',
        union_by_name = true,
        filename = true,
        types = {
            'area_code': 'varchar', 'period': 'integer',
            {% for number in range(1, 16) -%}
            'm{{ "%02d" % number }}': 'bigint'{{ "," if not loop.last }}
            {%- endfor %}
        }
    )
{% endif %}
