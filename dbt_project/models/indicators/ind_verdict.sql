{{ verdicts(ref('ind_side'), only="boundaries = 'year'") }}
