select
    table_id,
    measure,
    area_code,
    period,
    value
from {{ ref('returns') }}
unpivot include nulls (
    value for measure in (
        {% for number in range(1, 16) %}m{{ "%02d" % number }}{{ ", " if not loop.last }}{% endfor %}
    )
)
