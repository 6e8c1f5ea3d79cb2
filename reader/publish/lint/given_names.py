"""Given names that are common in the United Kingdom, and words with capitals that are no surnames."""

from __future__ import annotations

from typing import Final

_GIVEN: Final = """
    aaron abbie abdul abdullah abigail adam adele adrian afzal agnes ahmed aidan aileen aisha alan alastair albert alex
    alexander alexandra alfie ali alice alison alistair allan alma amanda amber amelia amina amir amit amy ana andrea
    andrew angela angus anil anita anjali ann anna anne annette annie anthony antonia anwar archie arjun arthur
    arun asha ashley asif audrey ava avril ayesha aysha barbara barry beatrice becky belinda ben benjamin bernadette
    bernard beth bethan bethany betty beverley bhavna bilal bill billy bob bradley brenda brian bridget bronwen bruce
    bryan callum cameron carl carla carly carmen carol carole caroline carolyn catherine cathy catriona cecilia
    charlene charles charlie charlotte chelsea cheryl chloe chris christian christina christine christopher claire
    clare claudia clive colette colin conor courtney craig curtis cynthia dafydd daisy damian daniel danielle
    daphne darren dave david dawn dean deborah debbie deepa deirdre delia denise dennis derek diana diane dilip dipak
    dominic donald donna dora doreen doris dorothy douglas duncan dylan eamonn ed eddie edith edward edwin eileen
    elaine eleanor elena elisabeth elizabeth ella ellen ellie elsie emily emma emmanuel eric erica erin esther ethan
    ethel eugene eva evelyn evie faisal farah farhan farooq fatima felicity fergus fiona florence fran frances francis
    frank fraser fred freddie frederick freya gabriel gail gareth gary gaynor gemma geoff geoffrey george georgia
    georgina gerald geraldine gerard gillian gina gita gladys glen glenda gloria glyn gordon graeme graham grant
    greg gregory gurpreet gwen gwyneth hamza hana hannah harjit harold harpreet harriet harry harvey haroon hasan
    hassan hayley hazel heather heidi helen helena henry hilary holly howard hugh hussain hussein huw iain ian ibrahim
    imran ingrid iqbal irene iris isaac isabel isabella isla ismail ivan ivor jack jackie jacob jacqueline jade jake
    jamal james jamie jan jane janet janice jasmin jasmine jason javed jay jayne jean jeanette jeff jeffrey jen
    jennifer jenny jeremy jerome jessica jessie jill jim jo joan joanna joanne jodie joe joel john johanna jon
    jonathan jordan joseph josephine josh joshua joyce juan judith judy julia julian julie june justin kai kamal karen
    karim karl kate katherine kathleen kathryn kathy katie katrina kavita kay keith kelly ken kenneth kerry kevin
    khadija khalid kieran kim kimberley kiran kirsten kirsty krishna kumar kyle lauren laura laurence lakshmi layla
    leah leanne lee leila lena leo leon leonard lesley leslie lewis liam libby lilian lily linda lindsay lisa liz lloyd
    lorna lorraine louis louisa louise lucas lucy luke lydia lynda lynn lynne lynsey mabel maddie madeleine maggie
    mahmood mairi malcolm mandy manjit maria mariam marian marianne marie marilyn mario marion marjorie mark martha
    martin martina martyn mary maryam matt matthew maureen maurice max maxine maya meera megan mehmet melanie
    melissa mercy meryl mia michael michaela michelle miguel mike mildred miles millie mina miranda miriam mitchell
    mo mohamed mohammad mohammed moira molly mona monica morag muhammad muriel mustafa myra nadia nadine nancy naomi
    nasreen natalia natalie natasha nathan naveed navdeep neil nia niamh nicholas nick nicky nicola nicole nigel nikki
    nina nisha noah noel noor nora noreen norma norman olga oliver olivia olwen omar oscar osman owen paige pam pamela
    parveen pat patience patricia patrick paul paula pauline pearl peggy penelope penny peter phil philip philippa
    phillip phoebe phyllis pippa pooja prakash precious preeti priya rachael rachel rahim rahul raj rajesh ralph ramesh
    rashid raymond rebecca reena reginald rehana rekha rhiannon rhian rhys richard rita rob robert roberta robin rod
    roderick roger rohan roisin roland ron ronald rosalind rose rosemary rosie ross roy ruby rukhsana rupert russell
    ruth ryan saima sajid salim sally salma sam samantha samina samira samuel sandeep sandra sanjay sara sarah saskia
    satnam scott sean sebastian seema shabana shabnam shahid shamim sharon shaun shazia sheila shelley shereen
    sheryl shirley sian sidney simon simone sinead sofia sonia sophia sophie stacey stanley stella stephanie stephen
    steve steven stewart stuart sue sukhdev sultan sunil sunita surinder susan susanna susie suzanne sybil sylvia
    tahir tamara tania tanya tara tariq ted terence teresa terry tessa thelma theo theresa thomas tim timothy tina toby
    tom tony tracey tracy trevor tristan umar una ursula usha usman valerie vanessa vera verity vernon veronica vicky
    victor victoria vijay vikram vincent viola violet virginia vivian vivien vivienne walter wanda wayne wendy wilfred
    will william winifred xavier yasmin yasmeen yolanda yousef yusuf yvette yvonne zac zachary zahra zainab zara zoe
"""


_WORDS: Final = """
    access accommodation action admissions adoption adult adults advice advocacy agency allegations allocation and
    april area assessment assistant association august authority bank birth board borough budget bureau business call
    care carer carers case central centre chair chief child childcare childline children cid city civil clerk clinic
    college commissioner commissioning committee community complaints conference consortium constabulary contact
    control coordinator corporate council counsel county court crisis customer data day deaf december democratic
    department deputy designated desk development director disability disabled district division doctor domestic
    drug duty early east education emergency employment enquiries enquiry executive exploitation family february
    fire first force forum foster fostering foundation free freephone friday front fund general gp guardian head
    health help helpdesk helpline home homelessness hospital hotline hours house housing hub immigration independent
    information inspectorate integrated intake january july june justice kinship law lead league learning leaving legal
    library line lines local mail manager march mash mental minister ministry mobile monday monitoring multi national
    neighbourhood newborn nhs night north november nurse nursing nursery october office officer ofsted ombudsman
    on online operations order out palliative panel parent parents partnership paediatric permanence personal phone
    placement placements plan planning point police policy practice practitioner press primary principal private
    procedures professional programme project protection psychology public quality reception records recovery
    referral referrals refugee region regional register registrar registration relate relations representation
    rescue residential resource response review reviewing rights safeguarding saturday school schools section
    security send senior september sensory service services sexual shelter short single sister social society
    solicitor south special specialist staff standards street strategic sunday supervising supervision
    support switchboard team teams telephone textphone the therapy thursday training transport trust tuesday unit
    university virtual visiting visitor visitors voice voices voluntary ward wednesday welfare west witness women
    work worker workers young youth zone
"""

GIVEN_NAMES: Final = frozenset(_GIVEN.split())
NOT_SURNAMES: Final = frozenset(_WORDS.split())
