<?php
/**
 * The preview on the settings page.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

defined( 'ABSPATH' ) || exit;

/**
 * A page in a frame of its own, as wide as a reader's screen, with bars that the blog's own function draws.
 *
 * It has no script, the loader neither, so it asks the server nothing and counts nothing.
 */
final class Preview {

	const ACTION = 'buttond_sharing_bar_preview';

	/**
	 * Hooks the frame's page in.
	 */
	public static function hooks() {
		add_action( 'wp_ajax_' . self::ACTION, array( __CLASS__, 'answer' ) );
	}

	/**
	 * The address of the frame's page, to which the form's fields may be added.
	 *
	 * @param array $sent The fields; empty to show what is stored.
	 * @return string
	 */
	public static function url( array $sent = array() ) {
		$query = array(
			'action'   => self::ACTION,
			'_wpnonce' => wp_create_nonce( self::ACTION ),
		);
		if ( $sent ) {
			$query['buttond_sharing_bar'] = $sent;
		}
		return admin_url( 'admin-ajax.php?' . http_build_query( $query ) );
	}

	/**
	 * The preview in the settings page.
	 *
	 * @param array $sent The form's fields, if they are not what is stored.
	 */
	public static function show( array $sent ) {
		?>
		<section class="buttond-preview" aria-labelledby="buttond-preview-title">
			<h2 class="title" id="buttond-preview-title"><?php esc_html_e( 'Preview', 'buttond-sharing-bar' ); ?></h2>
			<div class="buttond-screens" role="group" aria-labelledby="buttond-preview-title" hidden>
				<button type="button" class="button" aria-pressed="true" data-screen="wide"><?php esc_html_e( 'Wide screen', 'buttond-sharing-bar' ); ?></button>
				<button type="button" class="button" aria-pressed="false" data-screen="phone"><?php esc_html_e( 'Phone', 'buttond-sharing-bar' ); ?></button>
			</div>
			<div class="buttond-frame"><iframe id="buttond-preview" src="<?php echo esc_url( self::url( $sent ) ); ?>" sandbox
				title="<?php esc_attr_e( 'A post with the bar', 'buttond-sharing-bar' ); ?>"></iframe></div>
			<p class="description"><?php esc_html_e( 'The numbers come in the blog.', 'buttond-sharing-bar' ); ?></p>
		</section>
		<?php
	}

	/**
	 * Answers with the frame's page.
	 */
	public static function answer() {
		check_ajax_referer( self::ACTION );
		if ( ! current_user_can( Settings_Page::CAPABILITY ) ) {
			wp_die( '', 403 );
		}
		if ( isset( $_GET['buttond_sharing_bar'] ) ) {
			$sent = map_deep( wp_unslash( $_GET['buttond_sharing_bar'] ), 'wp_strip_all_tags' );
			self::pretend( is_array( $sent ) ? $sent : array() );
		} else {
			self::pretend( array() );
		}
		header( 'Content-Type: text/html; charset=' . get_option( 'blog_charset' ) );
		header( 'X-Robots-Tag: noindex' );
		self::page();
		exit;
	}

	/**
	 * Takes the form's fields for the settings, in this request only: then whatever draws a bar draws it by them.
	 *
	 * @param array $sent The fields.
	 */
	private static function pretend( array $sent ) {
		$settings = Settings::get();
		if ( $sent ) {
			$settings = Settings::sanitize( array_merge( $settings, Settings_Form::read( $sent ) ) );
		}
		if ( '' === $settings['server'] ) {
			$settings['server'] = 'https://share.example.com'; // Before the setup; no link can be followed in the frame.
		}
		add_filter(
			'pre_option_' . Settings::OPTION,
			static function () use ( $settings ) {
				return $settings;
			}
		);
	}

	/**
	 * Writes the page.
	 */
	private static function page() {
		$bars = self::bars();
		?>
<!DOCTYPE html>
<html <?php language_attributes(); ?>>
<head>
<meta charset="<?php bloginfo( 'charset' ); ?>">
<meta name="viewport" content="width=device-width">
<title><?php esc_html_e( 'A post with the bar', 'buttond-sharing-bar' ); ?></title>
		<?php
		wp_print_styles( Bar::HANDLE );
		wp_register_style( 'buttond-sharing-bar-preview', plugins_url( 'assets/preview.css', BUTTOND_SHARING_BAR_FILE ), array(), BUTTOND_SHARING_BAR_VERSION );
		wp_print_styles( 'buttond-sharing-bar-preview' );
		?>
</head>
<body>
<main class="entry-content">
<h1><?php esc_html_e( 'A post of your blog', 'buttond-sharing-bar' ); ?></h1>
		<?php
		// phpcs:disable WordPress.Security.EscapeOutput.OutputNotEscaped -- Bar::html() escapes what it draws.
		echo $bars['above'];
		echo str_repeat( '<p class="lines"></p>', 3 );
		echo $bars['below'];
		// phpcs:enable
		?>
</main>
</body>
</html>
		<?php
	}

	/**
	 * The bars by their positions, '' where none was chosen.
	 *
	 * @return string[] above, below.
	 */
	private static function bars() {
		$bars = array(
			'above' => '',
			'below' => '',
		);
		foreach ( Settings::get()['positions'] as $position ) {
			$bar = Bar::html(
				array(
					'url'      => home_url( '/' ),
					'text'     => __( 'A post of your blog', 'buttond-sharing-bar' ),
					'position' => $position,
				)
			);

			$bars[ 'above' === $position ? 'above' : 'below' ] .= $bar;
		}
		return $bars;
	}
}
