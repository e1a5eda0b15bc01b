select
    code,
    parent,
    level
from read_csv('{{ var("job") }}/documents/codelists/area.csv', all_varchar = true)
