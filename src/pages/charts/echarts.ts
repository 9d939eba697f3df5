import { BarChart, CustomChart, LineChart, PieChart, ScatterChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, CustomChart, LineChart, PieChart, ScatterChart, GridComponent, MarkLineComponent, SVGRenderer])

/** Only what our charts use; the browser loads this same file when a chart comes to life. */
export { init }
