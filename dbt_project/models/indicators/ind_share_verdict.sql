{{ verdicts(ref('ind_share_of_areas'), upper_numerator='upper_numerator') }}
